using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Strongroom.KilledReader;

namespace Strongroom.Storage.Tests.CrashRecovery;

/// <summary>Processes of which the machine takes what they need: the threads of the pool, the fixture on the disk.</summary>
public sealed class ShortOfEverythingTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("strongroom-short-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Value_is_gone_by_its_end_and_trading_stops_while_every_thread_of_the_pool_is_blocked()
    {
        var (code, output, errors) = await RunAsync(Dotnet, Program, BlockedThreadPool.Argument, _folder.FullName);
        Assert.True(code == 0, errors);
        var said = output.Split(' ', StringSplitOptions.TrimEntries);
        Assert.Equal("All", said[0]);
        Assert.True(double.Parse(said[1], CultureInfo.InvariantCulture) < BlockedThreadPool.Longest.TotalSeconds, output);
        Assert.NotEqual("All", said[2]);
    }

    [Fact]
    public async Task Journal_that_finds_no_room_at_the_start_is_told_and_leaves_nothing_behind()
    {
        // What a file may grow to is limited instead of the disk, which takes no right to mount one.
        var (code, output, errors) = await RunAsync(
            "/bin/sh",
            "-c",
            "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\"",
            Dotnet,
            Program,
            Tripping.Argument,
            _folder.FullName,
            "one",
            "1"
        );
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("has no space for a journal of", errors, StringComparison.Ordinal);
        Assert.Empty(_folder.GetFiles("*.journal*"));
    }

    private static string Program =>
        Path.Combine(AppContext.BaseDirectory, $"{typeof(BlockedThreadPool).Assembly.GetName().Name}.dll");

    private static string Dotnet =>
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // The runtime itself maps its code from a large file otherwise.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().WaitAsync(s_limit);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
        return (process.ExitCode, await output, await errors);
    }
}
