using System.Diagnostics;
using System.Text;

namespace PaperRun.Tests.Support;

/// <summary>
/// A program under test: a process in a session of its own, with the environment it is given and no other, whose words are kept.
/// </summary>
internal sealed class ProgramProcess : IAsyncDisposable
{
    // Not how long it should take but when a hanging one is given up.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(4);

    // A test starts many and each lives for seconds: what pays off later, or guards a process that others attack, is left out.
    private static readonly Dictionary<string, string> s_quickStart = new()
    {
        ["DOTNET_TieredPGO"] = "0",
        ["DOTNET_EnableWriteXorExecute"] = "0",
        ["DOTNET_gcServer"] = "0",
    };

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly Task _reads;
    private TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ProgramProcess(Process process)
    {
        _process = process;
        _reads = Task.WhenAll(ReadAsync(process.StandardOutput, _output), ReadAsync(process.StandardError, _errors));
    }

    internal int Id => _process.Id;

    internal string Output => TextOf(_output);

    internal string Errors => TextOf(_errors);

    internal bool HasExited => _process.HasExited;

    internal static ProgramProcess Start(
        string program,
        string folder,
        IReadOnlyDictionary<string, string> settings,
        params IEnumerable<string> arguments
    )
    {
        // setsid makes it the leader of a group, so that a signal to the group does not reach the test, and keeps the process id.
        var start = new ProcessStartInfo("/usr/bin/setsid", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (
            var name in start.Environment.Keys.Where(name => name is not ("PATH" or "HOME" or "DOTNET_ROOT" or "TMPDIR")).ToList()
        )
            start.Environment.Remove(name);
        foreach (var (name, value) in s_quickStart.Concat(settings))
            start.Environment[name] = value;
        return new ProgramProcess(Process.Start(start)!);
    }

    /// <summary>Waits for words on stderr.</summary>
    internal async Task WaitForAsync(string words)
    {
        using var limit = new CancellationTokenSource(s_limit);
        while (true)
        {
            var heard = _heard.Task;
            if (Errors.Contains(words, StringComparison.Ordinal))
                return;
            Assert.False(_reads.IsCompleted, $"It ended without saying '{words}':\n{Errors}");
            await Task.WhenAny(heard, _reads).WaitAsync(limit.Token);
        }
    }

    /// <summary>Gives the exit code, once everything that it said was read.</summary>
    internal async Task<int> WaitForExitAsync(TimeSpan? limit = null)
    {
        await _process.WaitForExitAsync().WaitAsync(limit ?? s_limit);
        await _reads.WaitAsync(s_limit);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal.Send(Id, Signal.Terminate);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(45));
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_process.HasExited)
                Signal.SendToGroup(Id, Signal.Kill);
        }
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader from, StringBuilder to)
    {
        var buffer = new char[4096];
        while (await from.ReadAsync(buffer) is var read and > 0)
        {
            lock (to)
                to.Append(buffer, 0, read);
            Interlocked
                .Exchange(ref _heard, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
                .TrySetResult();
        }
    }

    private static string TextOf(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }
}
