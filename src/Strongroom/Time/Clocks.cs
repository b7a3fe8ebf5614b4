using System.Runtime.InteropServices;

namespace Strongroom;

/// <summary>One moment on every clock there is.</summary>
internal readonly record struct Moment(long Timestamp, TimeSpan SinceBoot, DateTimeOffset Wall);

/// <summary>
/// Measures how long ago something was as the largest that the monotonic, the boot-time and the wall clock show. So neither a
/// suspended machine (the monotonic clock stands still) nor a clock set back (the wall clock lies) stretches the hour.
/// </summary>
internal sealed partial class Clocks(TimeProvider time, Func<TimeSpan> sinceBoot)
{
    private const int ClockBoottime = 7;

    internal Clocks(TimeProvider time)
        : this(time, ReadSinceBoot)
    {
    }

    internal TimeProvider Time => time;

    internal Moment Now => new(time.GetTimestamp(), sinceBoot(), time.GetUtcNow());

    internal TimeSpan Since(Moment moment)
    {
        var monotonic = time.GetElapsedTime(moment.Timestamp);
        var boot = sinceBoot() - moment.SinceBoot;
        var wall = time.GetUtcNow() - moment.Wall;
        return TimeSpan.FromTicks(Math.Max(monotonic.Ticks, Math.Max(boot.Ticks, wall.Ticks)));
    }

    private static TimeSpan ReadSinceBoot() =>
        OperatingSystem.IsLinux() && ClockGetTime(ClockBoottime, out var spec) == 0
            ? new TimeSpan((spec.Seconds * TimeSpan.TicksPerSecond) + (spec.Nanoseconds / 100))
            : TimeSpan.FromMilliseconds(Environment.TickCount64);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec spec);

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
