namespace Strongroom.Tests;

/// <summary>Counts what a call allocates on its own thread.</summary>
internal static class Allocations
{
    /// <summary>The least of several rounds of 100 calls: the runtime itself allocates now and then while it compiles.</summary>
    internal static long LeastOf(Action call)
    {
        var least = long.MaxValue;
        for (var round = 0; round < 20 && least > 0; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var time = 0; time < 100; time++)
                call();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
