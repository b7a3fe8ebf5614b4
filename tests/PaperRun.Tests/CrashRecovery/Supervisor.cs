using PaperRun.Tests.Support;

namespace PaperRun.Tests.CrashRecovery;

/// <summary>
/// Keeps one service running on its ports, as an orchestrator of containers would: whenever it ends, it is started again at once.
/// </summary>
internal sealed class Supervisor : IAsyncDisposable
{
    private static readonly TimeSpan s_endLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_life = TimeSpan.FromMinutes(10);

    private readonly string _program;
    private readonly List<string> _ownEnds = [];
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly Task _loop;
    private IReadOnlyDictionary<string, string> _settings;
    private ProgramProcess _process;
    private string _said = "";
    private int _ended;

    internal Supervisor(string service, IReadOnlyDictionary<string, string> settings)
    {
        Service = service;
        _program = Programs.OfService(service);
        _settings = settings;
        _process = Start();
        _loop = KeepRunningAsync();
    }

    internal string Service { get; }

    internal int Starts { get; private set; }

    /// <summary>
    /// What it said where it ended without having been made to: it should go on whatever happens to the others.
    /// </summary>
    internal IReadOnlyList<string> OwnEnds
    {
        get
        {
            lock (_gate)
                return [.. _ownEnds];
        }
    }

    /// <summary>All that it has said, in this life and in those before.</summary>
    internal string Words
    {
        get
        {
            lock (_gate)
                return _said + WordsOf(_process);
        }
    }

    /// <summary>SIGKILL: no word, no last write, nothing closed.</summary>
    internal void Kill()
    {
        lock (_gate)
        {
            _ended = _process.Id;
            Signal.Send(_process.Id, Signal.Kill);
        }
    }

    /// <summary>As a deployment does it: SIGTERM, an end in order, and a start with other settings.</summary>
    internal async Task RestartAsync(IReadOnlyDictionary<string, string> settings)
    {
        ProgramProcess old;
        lock (_gate)
        {
            old = _process;
            _ended = old.Id;
            _settings = settings;
            Signal.Send(old.Id, Signal.Terminate);
        }
        Assert.Equal(0, await old.WaitForExitAsync(s_endLimit));
    }

    public async ValueTask DisposeAsync()
    {
        _stop.TrySetResult();
        await _loop;
        await _process.DisposeAsync();
    }

    private ProgramProcess Start()
    {
        Starts++;
        return ProgramProcess.Start(_program, Path.GetDirectoryName(_program)!, _settings);
    }

    private async Task KeepRunningAsync()
    {
        while (true)
        {
            var end = _process.WaitForExitAsync(s_life);
            await Task.WhenAny(end, _stop.Task);
            if (_stop.Task.IsCompleted)
                return;
            var exit = await end;
            lock (_gate)
            {
                if (_ended != _process.Id)
                    _ownEnds.Add($"{Service} ended with exit code {exit}:\n{_process.Errors}");
                _said += WordsOf(_process);
                _process = Start();
            }
        }
    }

    private static string WordsOf(ProgramProcess process) => process.Errors + process.Output;
}
