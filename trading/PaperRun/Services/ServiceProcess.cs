using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PaperRun.Services;

/// <summary>One service as a process of its own, with an environment that holds nothing but what it is given.</summary>
internal sealed partial class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_readyWait = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_stopWait = TimeSpan.FromSeconds(15);

    // If the run is killed, the kernel ends its children.
    internal static readonly string[] DiesWithItsParent = ["/usr/bin/setpriv", "--pdeathsig", "TERM"];

    // In a session of its own: a terminal sends Ctrl-C to all that it sees, and the services are to end in order, when they are
    // told to. A machine without these programs goes without.
    private static readonly string[][] s_wrappers =
    [
        ["/usr/bin/setsid"],
        DiesWithItsParent,
    ];

    // A run that is killed before the kernel was told to pass that on leaves no service: it finds another parent and does not
    // begin.
    private static readonly string[] s_unlessOrphan = ["/bin/sh", "-c", "[ \"$PPID\" = \"$0\" ] && exec \"$@\""];

    private static readonly string[] s_inherited =
    [
        "PATH",
        "HOME",
        "TMPDIR",
        "LANG",
        "DOTNET_ROOT",
        "DOTNET_gcServer",
        "DOTNET_TieredPGO",
        "DOTNET_EnableWriteXorExecute",
    ];

    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly Queue<string> _lastErrors = [];
    private readonly Task _outputs;
    private bool _stopping;

    private ServiceProcess(string service, Uri url, Process process, StreamWriter log)
    {
        Service = service;
        Url = url;
        _process = process;
        _log = log;
        _outputs = Task.WhenAll(
            CopyAsync(process.StandardOutput, isError: false),
            CopyAsync(process.StandardError, isError: true)
        );
    }

    internal string Service { get; }

    internal Uri Url { get; }

    internal int Id => _process.Id;

    internal static ServiceProcess Start(
        string service,
        string program,
        Uri url,
        string logPath,
        IReadOnlyDictionary<string, string?> settings
    )
    {
        if (!File.Exists(program))
            throw new PaperRunException($"{program} is missing. Build first: make paper-run does.");
        string[] command =
        [
            .. s_wrappers.Where(wrapper => File.Exists(wrapper[0])).SelectMany(wrapper => wrapper),
            .. s_unlessOrphan,
            $"{Environment.ProcessId}",
            program,
        ];
        var start = new ProcessStartInfo(command[0], command[1..]);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.WorkingDirectory = Path.GetDirectoryName(program)!;
        var inherited = s_inherited
            .Where(start.Environment.ContainsKey)
            .ToDictionary(name => name, name => start.Environment[name]);
        start.Environment.Clear();
        foreach (var (name, value) in inherited.Concat(settings))
            start.Environment[name] = value;
        return new ServiceProcess(service, url, ParentThread.Start(start), new StreamWriter(logPath) { AutoFlush = true });
    }

    /// <exception cref="PaperRunException">It ended, or is not ready in time; the message holds the service's own
    /// error.</exception>
    internal async Task WaitUntilReadyAsync(HttpClient http, CancellationToken ct)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await IsReadyAsync(http, ct))
        {
            if (_process.HasExited)
                throw await FailureAsync();
            if (TimeProvider.System.GetElapsedTime(began) > s_readyWait)
                throw new PaperRunException(
                    $"{Service} is not ready after {s_readyWait.TotalSeconds:0} s. Its log: {((FileStream)_log.BaseStream).Name}"
                );
            await Task.Delay(s_look, TimeProvider.System, ct);
        }
    }

    /// <summary>Completes with an error when the process ends without having been asked to.</summary>
    internal async Task WatchAsync()
    {
        await _process.WaitForExitAsync(CancellationToken.None);
        if (!_stopping)
            throw await FailureAsync();
    }

    internal async Task StopAsync()
    {
        _stopping = true;
        if (!_process.HasExited)
        {
            _ = Kill(_process.Id, SigTerm);
            using var limit = new CancellationTokenSource(s_stopWait, TimeProvider.System);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }
        await _outputs;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
        await _log.DisposeAsync();
    }

    private async Task<bool> IsReadyAsync(HttpClient http, CancellationToken ct)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(Url, "/health/ready"), ct);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<PaperRunException> FailureAsync()
    {
        await _outputs;
        return new PaperRunException($"{Service} ended with exit code {_process.ExitCode}:\n{string.Join('\n', _lastErrors)}");
    }

    private async Task CopyAsync(StreamReader from, bool isError)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (_log)
            {
                _log.WriteLine(line);
                if (!isError)
                    continue;
                _lastErrors.Enqueue(line);
                if (_lastErrors.Count > 20)
                    _lastErrors.Dequeue();
            }
        }
    }

    private const int SigTerm = 15;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
