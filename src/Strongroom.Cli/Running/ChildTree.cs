namespace Strongroom.Cli.Running;

/// <summary>
/// A child at a time, and all that it starts: processes that left its group or session are adopted, so that the child's end can
/// be the end of everything that holds the old secrets.
/// </summary>
/// <param name="ownGroup">Whether each child leads a process group of its own.</param>
/// <param name="terminal">What is handed to the child's group; null where there is no terminal to hand.</param>
internal sealed class ChildTree(bool ownGroup, ControllingTerminal? terminal) : IDisposable
{
    private const int Continue = 18;
    private const int Stop = 20;
    private const int StopForInput = 21;
    private const int StopForOutput = 22;
    private const int MostKills = 5;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_killing = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _started = new(0);
    private ChildGuard? _guard;
    private Thread? _reaper;
    private TaskCompletionSource<int> _ended = Source<int>();
    private TaskCompletionSource<bool> _gone = Source<bool>();
    private int _child;

    /// <summary>The child's exit code, once it has ended.</summary>
    internal Task<int> Ended => _ended.Task;

    /// <summary>Starts a child; the one before it, and all of its, have ended.</summary>
    /// <exception cref="CommandException">It cannot be started.</exception>
    internal void Start(string path, NativeStrings arguments, NativeStrings variables)
    {
        if (_reaper is null)
        {
            ChildProcess.AdoptOrphans();
            _guard = ChildGuard.Start();
        }
        lock (_gate)
        {
            _child = ChildProcess.Start(path, arguments, variables, ownGroup, terminal: terminal?.Descriptor);
            (_ended, _gone) = (Source<int>(), Source<bool>());
            // The guard learns the child's number only once the child runs: a SIGKILL of this process in between leaves
            // the child running.
            _guard?.Watch(ownGroup ? -_child : _child);
            terminal?.HandTo(_child);
        }
        _started.Release();
        if (_reaper is not null)
            return;
        _reaper = new Thread(Reap) { IsBackground = true, Name = "children" };
        _reaper.Start();
    }

    /// <summary>Passes a signal to the child itself; false if there is no child.</summary>
    internal bool Send(int signal)
    {
        lock (_gate)
        {
            // The process id is the child's until it has been waited for.
            if (_child == 0 || _ended.Task.IsCompleted)
                return false;
            ChildProcess.Send(_child, signal);
            return true;
        }
    }

    /// <summary>This process was brought to the foreground, so the child is.</summary>
    internal void BroughtForward()
    {
        lock (_gate)
        {
            if (_child != 0 && !_ended.Task.IsCompleted)
                terminal?.HandTo(_child);
        }
    }

    /// <summary>
    /// Ends what is left of the child and of all that it started: SIGTERM, and SIGKILL after 10 s. False where something could
    /// not be ended.
    /// </summary>
    internal async Task<bool> EndAsync(TimeProvider time)
    {
        SendAll(ChildSignals.Terminate);
        SendAll(Continue);
        var isGone = await IsGoneAsync(s_patience, time);
        for (var kill = 0; !isGone && kill < MostKills; kill++)
        {
            SendAll(ChildSignals.Kill);
            isGone = await IsGoneAsync(s_killing, time);
        }
        _guard?.Watch(0);
        terminal?.TakeBack();
        return isGone;
    }

    public void Dispose()
    {
        _guard?.Dispose();
        terminal?.Dispose();
    }

    private static TaskCompletionSource<T> Source<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<bool> IsGoneAsync(TimeSpan patience, TimeProvider time)
    {
        using var over = new CancellationTokenSource();
        await Task.WhenAny(_gone.Task, Task.Delay(patience, time, over.Token));
        await over.CancelAsync();
        return _gone.Task.IsCompleted;
    }

    private IReadOnlyList<(int Id, int Group)> Left() => Descendants.Of(Environment.ProcessId, except: _guard?.Id ?? 0);

    private void SendAll(int signal)
    {
        lock (_gate)
        {
            var left = Left();
            // A group is reached at once, also by what is being forked now.
            if (ownGroup && left.Any(one => one.Group == _child))
            {
                ChildProcess.Send(-_child, signal);
                // One that left the group after the first look was not reached.
                left = Left();
            }
            foreach (var (id, _) in left.Where(one => !ownGroup || one.Group != _child))
                ChildProcess.Send(id, signal);
        }
    }

    private void Reap()
    {
        while (true)
        {
            var waited = ChildProcess.WaitAny();
            if (waited is { Status.StoppedBy: { } signal } stopped)
            {
                if (stopped.Id == _child)
                    Stopped(signal);
                continue;
            }
            lock (_gate)
            {
                if (waited is { } over && over.Id == _child)
                    _ended.TrySetResult(over.Status.ExitCode);
                // A process that is given to another parent meanwhile may be passed over once.
                if (_ended.Task.IsCompleted && Left().Count == 0 && Left().Count == 0)
                    _gone.TrySetResult(true);
            }
            if (waited is null)
                _started.Wait();
        }
    }

    /// <summary>Ctrl-Z: the shell is to see its whole job stopped, and what continues that continues the child.</summary>
    private void Stopped(int signal)
    {
        if (terminal is null || signal is not (Stop or StopForInput or StopForOutput))
            return;
        // It may have looked before the terminal was its own: a shell sends no signal to a running job that it brings forward.
        if (signal == Stop || !(terminal.IsOurs() || terminal.IsForeground(_child)))
        {
            terminal.TakeBack();
            ChildProcess.Ignore(Stop);
            ChildProcess.Send(0, Stop);
            ChildProcess.Ignore(Stop, isIgnored: false);
            ChildProcess.SendSelf(Stop);
        }
        lock (_gate)
        {
            terminal.HandTo(_child);
            ChildProcess.Send(-_child, Continue);
        }
    }
}
