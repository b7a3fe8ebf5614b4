namespace Strongroom.Vault.Transport;

/// <summary>
/// The time limits of exchanges. An unexpired one is reused with its timer. It is returned only when nothing listens
/// to it any more: a late cancellation would strike the next exchange.
/// </summary>
internal sealed class Deadlines(TimeProvider time) : IDisposable
{
    private CancellationTokenSource? _spare;

    /// <summary>Begins a limit, which the caller's token ends too.</summary>
    internal Deadline Begin(TimeSpan limit, CancellationToken ct)
    {
        var source = Interlocked.Exchange(ref _spare, null);
        if (source is null)
            source = new CancellationTokenSource(limit, time);
        else
            source.CancelAfter(limit);
        return new Deadline(
            this,
            source,
            ct.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), source)
        );
    }

    internal void End(CancellationTokenSource used)
    {
        // Only the system's own timers can be reset.
        if (!used.TryReset() || Interlocked.CompareExchange(ref _spare, used, null) is not null)
            used.Dispose();
    }

    public void Dispose() => Interlocked.Exchange(ref _spare, null)?.Dispose();
}

/// <summary>The time limit of one exchange.</summary>
internal readonly struct Deadline(Deadlines owner, CancellationTokenSource source, CancellationTokenRegistration caller)
    : IDisposable
{
    internal CancellationToken Token => source.Token;

    public void Dispose()
    {
        caller.Dispose();
        owner.End(source);
    }
}
