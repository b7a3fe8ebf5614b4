namespace Strongroom.AspNetCore;

/// <summary>
/// Begins at most one refresh a second, however often it is asked for; who comes in between gets the answer of the last one. It
/// belongs to no caller, so one that goes away ends it for nobody.
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
            // A refresh that takes longer than the interval is joined too: a second one could ask no sooner.
            if (_beganAt is not { } began || (_last.IsCompleted && time.GetElapsedTime(began) >= s_interval))
            {
                _beganAt = time.GetTimestamp();
                _last = Task.Run(() => refresher.RefreshAsync(CancellationToken.None).AsTask(), CancellationToken.None);
            }
            return _last.WaitAsync(ct);
        }
    }
}
