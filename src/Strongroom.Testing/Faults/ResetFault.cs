namespace Strongroom.Testing;

/// <inheritdoc cref="Fault.Reset" />
internal sealed class ResetFault(bool afterWork) : Fault
{
    internal override async Task StrikeAsync(FaultStrike strike)
    {
        if (afterWork)
            await strike.WorkAsync();
        ConnectionReset.Prepare(strike.Context.Features);
        strike.Context.Abort();
    }
}
