namespace Strongroom.AspNetCore;

/// <summary>
/// Starts at most one refresh a second, however often it is requested; requests in between share the result of the last one. A
/// caller that disconnects does not cancel it for the others.
/// </summary>
internal sealed class SharedRefresh(TimeProvider time)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task _last = Task.CompletedTask;
    private long? _beganAt;

    internal Task RefreshAsync(ISecretRefresher refresher, CancellationToken ct)
    {
        lock (_gate)
        {
            // A refresh that takes longer than the interval is shared too: a second one would not be sooner.
            if (_beganAt is not { } began || (_last.IsCompleted && time.GetElapsedTime(began) >= s_interval))
            {
                _beganAt = time.GetTimestamp();
                _last = Task.Run(() => refresher.RefreshAsync(CancellationToken.None).AsTask(), CancellationToken.None);
            }
            return _last.WaitAsync(ct);
        }
    }
}
