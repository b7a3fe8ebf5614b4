using System.Runtime.InteropServices;

namespace Strongroom;

/// <summary>
/// One moment on every clock there is. <paramref name="Order"/> tells which of two came first, also where the clocks show the
/// same.
/// </summary>
internal readonly record struct ClockReading(long Timestamp, TimeSpan SinceBoot, DateTimeOffset Wall, long Order)
{
    internal bool IsBefore(ClockReading other) => Order < other.Order;
}

/// <summary>
/// Measures how long ago something was. <see cref="Elapsed"/> is a length: the monotonic and the boot-time clock, which nobody
/// sets. <see cref="Since"/> is the most that it can have been: a hypervisor's pause shows on the wall clock alone, and so does a
/// wall clock that was set. So neither a suspended or paused machine nor a clock set back stretches the hour, and what only the
/// wall clock says is confirmed by a fresh read before anything follows from it.
/// </summary>
internal sealed partial class ElapsedClock(TimeProvider time, Func<TimeSpan> sinceBoot)
{
    private const int ClockBoottime = 7;

    private long _order;

    internal ElapsedClock(TimeProvider time)
        : this(time, ReadSinceBoot) { }

    internal TimeProvider Time => time;

    internal ClockReading Now => new(time.GetTimestamp(), sinceBoot(), time.GetUtcNow(), Interlocked.Increment(ref _order));

    /// <summary>How long ago it was, whatever the wall clock was set to meanwhile.</summary>
    internal TimeSpan Elapsed(ClockReading moment)
    {
        var monotonic = time.GetElapsedTime(moment.Timestamp);
        var boot = sinceBoot() - moment.SinceBoot;
        return monotonic > boot ? monotonic : boot;
    }

    /// <summary>How long ago it was at worst: the largest that any clock shows.</summary>
    internal TimeSpan Since(ClockReading moment)
    {
        var elapsed = Elapsed(moment);
        var wall = time.GetUtcNow() - moment.Wall;
        return elapsed > wall ? elapsed : wall;
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
