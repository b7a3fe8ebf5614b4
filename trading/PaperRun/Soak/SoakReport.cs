using System.Globalization;
using PaperRun.Report;

namespace PaperRun.Soak;

/// <summary>Compares the second third with the last: what grows without end shows there.</summary>
internal static class SoakReport
{
    private const double MostMemoryGrowth = 1.15;
    private const int MostMoreThreads = 6,
        MostMoreHandles = 16;

    /// <summary>Prints the table; true where everything is flat.</summary>
    internal static bool Write(TextWriter to, IReadOnlyList<ProcessSample> samples)
    {
        var flat = true;
        var table = new TextTable(1, "service", "memory, MiB", "later", "threads", "later", "handles", "later", "flat");
        foreach (var service in samples.GroupBy(sample => sample.Service))
        {
            var (middle, last) = (
                service.Where(sample => sample.Third == 1).ToList(),
                service.Where(sample => sample.Third == 2).ToList()
            );
            var (memory, memoryLater) = (
                Median(middle, sample => sample.MemoryKiB / 1024.0),
                Median(last, sample => sample.MemoryKiB / 1024.0)
            );
            var (threads, threadsLater) = (Median(middle, sample => sample.Threads), Median(last, sample => sample.Threads));
            var (handles, handlesLater) = (Median(middle, sample => sample.Handles), Median(last, sample => sample.Handles));
            var isFlat =
                memoryLater <= memory * MostMemoryGrowth
                && threadsLater <= threads + MostMoreThreads
                && handlesLater <= handles + MostMoreHandles;
            flat &= isFlat;
            table.Add(
                service.Key,
                Text(memory),
                Text(memoryLater),
                Text(threads),
                Text(threadsLater),
                Text(handles),
                Text(handlesLater),
                isFlat ? "yes" : "NO"
            );
        }
        table.WriteTo(to);
        return flat;
    }

    private static double Median(IEnumerable<ProcessSample> samples, Func<ProcessSample, double> of)
    {
        double[] sorted = [.. samples.Select(of).Order()];
        return sorted[sorted.Length / 2];
    }

    private static string Text(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);
}
