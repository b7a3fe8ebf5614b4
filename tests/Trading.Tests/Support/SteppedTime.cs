using Microsoft.Extensions.Time.Testing;

namespace Trading.Tests.Support;

/// <summary>A clock whose wall time a test sets; no time passes by that.</summary>
internal sealed class SteppedTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    public TimeSpan Step { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Step;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
