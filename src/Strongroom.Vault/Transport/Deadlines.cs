namespace Strongroom.Vault.Transport;

/// <summary>
/// The time limits of exchanges. An unexpired one is reused with its timer. It is returned only when nothing listens
/// to it any more: a late cancellation would strike the next exchange.
/// </summary>
internal sealed class Deadlines(TimeProvider time) : IDisposable
{
    private CancellationTokenSource? _spare;

    internal CancellationTokenSource Begin(TimeSpan limit)
    {
        if (Interlocked.Exchange(ref _spare, null) is not { } spare)
            return new CancellationTokenSource(limit, time);
        spare.CancelAfter(limit);
        return spare;
    }

    internal void End(CancellationTokenSource used)
    {
        // Only the system's own timers can be reset.
        if (!used.TryReset() || Interlocked.CompareExchange(ref _spare, used, null) is not null)
            used.Dispose();
    }

    public void Dispose() => Interlocked.Exchange(ref _spare, null)?.Dispose();
}
