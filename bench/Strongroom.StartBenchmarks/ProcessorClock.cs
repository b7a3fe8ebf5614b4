using System.Runtime.InteropServices;

namespace Strongroom.StartBenchmarks;

/// <summary>What a process has used of the processor, to the nanosecond: <c>/proc</c> counts in hundredths of a second.</summary>
internal static partial class ProcessorClock
{
    private const int SigTerm = 15;

    internal static TimeSpan Of(int process)
    {
        if (GetClock(process, out var clock) != 0 || GetTime(clock, out var time) != 0)
            throw new InvalidOperationException("The kernel does not say what the process has used of the processor.");
        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / TimeSpan.NanosecondsPerTick);
    }

    internal static void AskToEnd(int process) => _ = Kill(process, SigTerm);

    [LibraryImport("libc", EntryPoint = "clock_getcpuclockid")]
    private static partial int GetClock(int process, out int clock);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out UnixTime time);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    private readonly record struct UnixTime(long Seconds, long Nanoseconds);
}
