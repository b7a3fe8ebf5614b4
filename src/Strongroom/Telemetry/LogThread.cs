namespace Strongroom.Telemetry;

/// <summary>
/// Writes log lines on a thread of its own. Who speaks waits until the line is written, but for a provider that hangs (a pipe that nobody
/// reads, a disk that stalls) only once and for a moment: no halt, no fetch and no round of trips waits for words.
/// </summary>
/// <remarks>What waits is bounded, and what comes besides is lost. The thread ends when nobody has spoken for a while.</remarks>
internal sealed class LogThread
{
    internal const int Most = 1000;

    private const int StackBytes = 512 * 1024;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(5);

    // Not a Lock: the thread waits on it.
    private readonly object _gate = new();
    private readonly Queue<Line> _waiting = new();
    private Thread? _thread;
    private volatile bool _isHanging;

    /// <param name="write">Writes the line. It does not throw.</param>
    internal void Write(Action write)
    {
        var line = new Line(write, ExecutionContext.Capture());
        lock (_gate)
        {
            if (_thread == Thread.CurrentThread || _waiting.Count >= Most)
                return;
            _waiting.Enqueue(line);
            if (_thread is null)
            {
                _thread = new Thread(Run, StackBytes) { IsBackground = true, Name = "Strongroom log" };
                _thread.UnsafeStart();
            }
            Monitor.Pulse(_gate);
        }
        if (!_isHanging && !line.Written.Wait(s_patience))
            _isHanging = true;
    }

    private void Run()
    {
        while (Next() is { } line)
            line.Write();
    }

    private Line? Next()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                _isHanging = false;
                if (Monitor.Wait(_gate, s_idle) || _waiting.Count > 0)
                    continue;
                _thread = null;
                return null;
            }
            return _waiting.Dequeue();
        }
    }

    private sealed class Line(Action write, ExecutionContext? context)
    {
        internal ManualResetEventSlim Written { get; } = new();

        /// <summary>In the context of who spoke, so that its scopes and its trace stand at the line.</summary>
        internal void Write()
        {
            if (context is null)
                write();
            else
                ExecutionContext.Run(context, static write => ((Action)write!)(), write);
            Written.Set();
        }
    }
}
