using System.Diagnostics;
using System.Globalization;
using PaperRun.Services;

namespace PaperRun.Soak;

/// <summary>Processes that do nothing but use the machine, so that everything else has to wait for its turn.</summary>
internal sealed class Burner : IDisposable
{
    private readonly List<Process> _processes = [];

    internal static Burner Start(int count)
    {
        var burner = new Burner();
        for (var i = 0; i < count; i++)
        {
            // Ended with the run, also where that is killed.
            string[] command = ["/bin/sh", "-c", "while :; do :; done"];
            var start = new ProcessStartInfo("/bin/sh", command[1..]);
            if (File.Exists(ServiceProcess.DiesWithItsParent[0]))
                start = new ProcessStartInfo(
                    ServiceProcess.DiesWithItsParent[0],
                    [.. ServiceProcess.DiesWithItsParent[1..], .. command]
                );
            burner._processes.Add(ParentThread.Start(start));
        }
        return burner;
    }

    /// <summary>How many wanted to run at once, on the average of the last minute.</summary>
    internal static double LoadAverage() =>
        double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
