using Strongroom.Testing;

namespace PaperRun.Soak;

/// <summary>A backend that goes away in every way that it can, one after the other, and comes back each time.</summary>
internal sealed class FlappingVault(VaultServer vault)
{
    private static readonly TimeSpan s_away = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_there = TimeSpan.FromSeconds(15);

    /// <summary>How often it has been away.</summary>
    internal int Absences { get; private set; }

    /// <summary>Flaps until it is cancelled, and is there then.</summary>
    internal async Task RunAsync(CancellationToken ct)
    {
        Func<CancellationToken, Task>[] ways =
        [
            CloseAsync,
            SealAsync,
            end => ShowAsync(Fault.Hang(), end),
            end => ShowAsync(Fault.Status(500), end),
            end => ShowAsync(Fault.Reset(), end),
            end => ShowAsync(Fault.HalfBody(), end),
            end => ShowAsync(Fault.Slow(TimeSpan.FromSeconds(1)), end),
        ];
        try
        {
            for (; ; Absences++)
            {
                await Task.Delay(s_there, TimeProvider.System, ct);
                await ways[Absences % ways.Length](ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Cancellation is the usual end; each kind of outage has been reverted.
        }
    }

    private async Task CloseAsync(CancellationToken ct)
    {
        await vault.StopListeningAsync();
        try
        {
            await Task.Delay(s_away, TimeProvider.System, ct);
        }
        finally
        {
            await vault.ListenAgainAsync(CancellationToken.None);
        }
    }

    private async Task SealAsync(CancellationToken ct)
    {
        vault.Seal();
        try
        {
            await Task.Delay(s_away, TimeProvider.System, ct);
        }
        finally
        {
            vault.Unseal();
        }
    }

    private async Task ShowAsync(Fault fault, CancellationToken ct)
    {
        vault.Faults.Add(fault);
        try
        {
            await Task.Delay(s_away, TimeProvider.System, ct);
        }
        finally
        {
            vault.Faults.Clear();
        }
    }
}
