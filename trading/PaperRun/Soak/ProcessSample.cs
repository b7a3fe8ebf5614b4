using System.Globalization;

namespace PaperRun.Soak;

/// <summary>What one process holds at one moment, as Linux counts it.</summary>
/// <param name="Third">0 to 2: in which third of the run.</param>
internal sealed record ProcessSample(string Service, int Third, long MemoryKiB, int Threads, int Handles)
{
    internal static ProcessSample Take(string service, int process, int third)
    {
        var status = File.ReadAllLines($"/proc/{process}/status")
            .Select(line => line.Split(':', 2))
            .ToDictionary(parts => parts[0], parts => parts[1].Trim().Split(' ')[0], StringComparer.Ordinal);
        return new ProcessSample(
            service,
            third,
            long.Parse(status["VmRSS"], CultureInfo.InvariantCulture),
            int.Parse(status["Threads"], CultureInfo.InvariantCulture),
            Directory.EnumerateFileSystemEntries($"/proc/{process}/fd").Count()
        );
    }
}
