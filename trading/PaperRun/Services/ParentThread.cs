using System.Collections.Concurrent;
using System.Diagnostics;

namespace PaperRun.Services;

/// <summary>
/// Starts processes. "Dies with its parent" is with Linux a matter of the thread that made it, and a thread of the pool may end
/// at any time: this one lives as long as the process.
/// </summary>
internal static class ParentThread
{
    private static readonly BlockingCollection<Task> s_starts = Run();

    internal static Process Start(ProcessStartInfo start)
    {
        var started = new Task<Process>(() => Process.Start(start)!);
        s_starts.Add(started);
        return started.GetAwaiter().GetResult();
    }

    private static BlockingCollection<Task> Run()
    {
        var starts = new BlockingCollection<Task>();
        new Thread(() =>
        {
            foreach (var start in starts.GetConsumingEnumerable())
                start.RunSynchronously();
        })
        {
            IsBackground = true,
            Name = "parent of the services",
        }.Start();
        return starts;
    }
}
