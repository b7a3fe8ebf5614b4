using Microsoft.Extensions.Time.Testing;

namespace Strongroom.AspNetCore.Tests.Support;

/// <summary>A clock whose wall time can be stepped apart from the time that passes.</summary>
internal sealed class SteppedTime() : FakeTimeProvider(new DateTimeOffset(2026, 1, 5, 14, 30, 0, TimeSpan.Zero))
{
    private TimeSpan _step;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _step;

    /// <summary>The time that passes, which no step changes.</summary>
    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    internal void Step(TimeSpan step) => _step += step;
}
