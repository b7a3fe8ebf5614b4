namespace Strongroom;

/// <summary>
/// For code that measures lengths by <see cref="GetUtcNow"/>, such as Polly's circuit breaker: a wall clock that nobody sets. It
/// shows the time of its making and what passed since, so that a step of the real one makes no pause longer or shorter.
/// </summary>
internal sealed class MonotonicTime(TimeProvider time) : TimeProvider
{
    private readonly DateTimeOffset _began = time.GetUtcNow();
    private readonly long _timestamp = time.GetTimestamp();

    public override long TimestampFrequency => time.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => time.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => _began + time.GetElapsedTime(_timestamp);

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);
}
