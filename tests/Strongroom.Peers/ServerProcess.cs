using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Strongroom.Peers;

/// <summary>A server's process: waits for the line that says it is ready, keeps its last words, ends it by its id.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    internal const int Interrupt = 2;
    internal const int Quit = 3;

    // Not how long it should take but when a hanging one is given up.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<string> _lastLines = new();

    private ServerProcess(Process process, string readyLine)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Hear(e.Data, readyLine);
        process.ErrorDataReceived += (_, e) => Hear(e.Data, readyLine);
    }

    internal static async Task<ServerProcess> StartAsync(
        ProcessStartInfo start,
        string? input,
        string readyLine,
        CancellationToken ct
    )
    {
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var server = new ServerProcess(process, readyLine);
        process.Exited += (_, _) =>
            server._ready.TrySetException(new InvalidOperationException($"{start.FileName} ended before it was ready."));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (input is not null)
            await process.StandardInput.WriteAsync(input.AsMemory(), ct);
        process.StandardInput.Close();
        try
        {
            await server._ready.Task.WaitAsync(s_limit, ct);
            return server;
        }
        catch (Exception e)
        {
            await server.DisposeAsync();
            throw new InvalidOperationException($"{start.FileName} did not start: {server.LastLines()}", e);
        }
    }

    /// <summary>Sends a signal and waits for the end.</summary>
    internal async Task EndAsync(int signal)
    {
        if (!_process.HasExited)
            _ = kill(_process.Id, signal);
        try
        {
            await _process.WaitForExitAsync().WaitAsync(s_limit);
        }
        catch (TimeoutException)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync(Interrupt);
        _process.Dispose();
    }

    private void Hear(string? line, string readyLine)
    {
        if (line is null)
            return;
        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > 20)
                _lastLines.Dequeue();
        }
        if (line.Contains(readyLine, StringComparison.Ordinal))
            _ready.TrySetResult();
    }

    private string LastLines()
    {
        lock (_lastLines)
            return string.Join('\n', _lastLines);
    }

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int kill(int processId, int signal);
}
