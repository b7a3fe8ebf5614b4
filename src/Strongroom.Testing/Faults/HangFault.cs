namespace Strongroom.Testing;

/// <inheritdoc cref="Fault.Hang" />
internal sealed class HangFault : Fault
{
    internal override async Task StrikeAsync(FaultStrike strike)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(strike.Context.RequestAborted, strike.Cleared);
        await Task.Delay(Timeout.InfiniteTimeSpan, strike.Time, either.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!strike.Context.RequestAborted.IsCancellationRequested)
            await strike.Next(strike.Context);
    }
}
