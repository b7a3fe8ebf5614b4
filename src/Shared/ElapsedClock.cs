using System.Runtime.InteropServices;

namespace Strongroom;

/// <summary>
/// A reading of all clocks at one moment. <paramref name="Order"/> tells which of two readings came first, even if the clocks
/// show the same.
/// </summary>
internal readonly record struct ClockReading(long Timestamp, TimeSpan SinceBoot, DateTimeOffset Wall, long Order)
{
    internal bool IsBefore(ClockReading other) => Order < other.Order;
}

/// <summary>
/// Measures how long ago something was. <see cref="Elapsed"/> uses the monotonic and the boot-time clock, which cannot be set.
/// <see cref="Since"/> is the upper bound: a pause by a hypervisor shows on the wall clock only, as does a wall clock that was
/// set. So neither a suspended machine nor a clock set back extends the hour, and what only the wall clock shows is confirmed by
/// a read before anything follows from it.
/// </summary>
internal sealed partial class ElapsedClock(TimeProvider time, Func<TimeSpan> sinceBoot)
{
    private const int ClockBoottime = 7;

    private long _order;

    internal ElapsedClock(TimeProvider time)
        : this(time, ReadSinceBoot) { }

    internal TimeProvider Time => time;

    internal ClockReading Now => new(time.GetTimestamp(), sinceBoot(), time.GetUtcNow(), Interlocked.Increment(ref _order));

    /// <summary>The elapsed time, independent of the wall clock.</summary>
    internal TimeSpan Elapsed(ClockReading moment)
    {
        var monotonic = time.GetElapsedTime(moment.Timestamp);
        var boot = sinceBoot() - moment.SinceBoot;
        return monotonic > boot ? monotonic : boot;
    }

    /// <summary>The upper bound of the elapsed time: the largest that any clock shows.</summary>
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
