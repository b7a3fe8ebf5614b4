namespace Strongroom.Testing;

/// <inheritdoc cref="Fault.Slow" />
internal sealed class SlowFault(TimeSpan delay) : Fault
{
    internal override async Task StrikeAsync(FaultStrike strike)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(strike.Context.RequestAborted, strike.Cleared);
        await Task.Delay(delay, strike.Time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!strike.Context.RequestAborted.IsCancellationRequested)
            await strike.Next(strike.Context);
    }
}
