using System.Diagnostics;
using System.Runtime.InteropServices;
using Strongroom.KilledReader;

namespace Strongroom.Storage.Tests.CrashRecovery;

/// <summary>One life of the reader, from its start to its end, and its own account of what it read.</summary>
internal sealed partial class ReaderLife : IDisposable
{
    private const int Terminate = 15;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private ReaderLife(Process process, string countersPath)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        CountersPath = countersPath;
    }

    internal string CountersPath { get; }

    /// <summary>The journal that it writes now: what it has left may lie beside it for a moment.</summary>
    internal string Journal =>
        new DirectoryInfo($"/proc/{_process.Id}/fd")
            .EnumerateFiles()
            .Select(handle => handle.LinkTarget ?? "")
            .First(path => path.EndsWith(".journal", StringComparison.Ordinal));

    /// <summary>Starts one and waits until it has read some thousand times.</summary>
    internal static async Task<ReaderLife> StartAsync(string countersPath, IEnumerable<KeyValuePair<string, string?>> environment)
    {
        var program = Path.Combine(AppContext.BaseDirectory, $"{typeof(ReadCounters).Assembly.GetName().Name}.dll");
        var start = new ProcessStartInfo(
            Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"),
            [program, countersPath]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(countersPath),
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/bin";
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        var life = new ReaderLife(Process.Start(start)!, countersPath);
        if (await life._process.StandardOutput.ReadLineAsync().WaitAsync(s_limit) != ReadingThreads.ReadyLine)
        {
            life._process.Kill();
            Assert.Fail($"The reader ended before it had read enough: {await life._errors}");
        }
        return life;
    }

    /// <summary>Waits until it has read some thousand times more; fails where it does not live.</summary>
    internal async Task ReadOnAsync()
    {
        using var counters = ReadCounters.Open(CountersPath);
        var enough = counters.Done(0) + 1000;
        await ReaderSecretSource.UntilAsync(() => _process.HasExited || counters.Done(0) >= enough);
        Assert.False(_process.HasExited, _process.HasExited ? await _errors : "");
    }

    internal async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(s_limit);
        Assert.Equal(128 + 9, _process.ExitCode);
    }

    internal async Task EndAsync()
    {
        Assert.Equal(0, kill(_process.Id, Terminate));
        await _process.WaitForExitAsync().WaitAsync(s_limit);
        Assert.True(_process.ExitCode == 0, await _errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int kill(int processId, int signal);
}
