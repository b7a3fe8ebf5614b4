namespace Strongroom.Testing;

/// <inheritdoc cref="Fault.Down" />
internal sealed class DownFault : Fault
{
    internal override Task StrikeAsync(FaultStrike strike)
    {
        ConnectionReset.Prepare(strike.Context.Features);
        strike.Context.Abort();
        return Task.CompletedTask;
    }
}
