using Microsoft.Extensions.Time.Testing;

namespace Strongroom.Vault.Tests.Support;

/// <summary>A fake clock whose wall time alone can be set; its timestamps and timers go on as they do.</summary>
internal sealed class SteppedTime(FakeTimeProvider time) : TimeProvider
{
    public TimeSpan WallStep { get; set; }

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + WallStep;

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);
}
