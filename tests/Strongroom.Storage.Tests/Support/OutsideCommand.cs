using System.Diagnostics;

namespace Strongroom.Storage.Tests.Support;

/// <summary>A program of the system, run to its end, which must be a good one.</summary>
internal static class OutsideCommand
{
    internal static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(0, process.ExitCode);
    }
}
