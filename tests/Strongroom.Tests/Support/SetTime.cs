using Microsoft.Extensions.Time.Testing;

namespace Strongroom.Tests.Support;

/// <summary>A clock whose wall time a test sets; the monotonic one and the timers go on as before.</summary>
internal sealed class SetTime : TimeProvider
{
    private readonly FakeTimeProvider _time = new();

    public TimeSpan Shift { get; set; }

    public override long TimestampFrequency => _time.TimestampFrequency;

    public void Advance(TimeSpan time) => _time.Advance(time);

    public override DateTimeOffset GetUtcNow() => _time.GetUtcNow() + Shift;

    public override long GetTimestamp() => _time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _time.CreateTimer(callback, state, dueTime, period);
}
