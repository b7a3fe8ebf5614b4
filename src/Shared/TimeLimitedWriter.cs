namespace Strongroom.Telemetry;

/// <summary>
/// Writes on a dedicated thread, and waits a limited time for each write. While a write hangs, callers do not wait; up to a
/// limit, their writes are queued, and later ones are dropped.
/// </summary>
internal sealed class TimeLimitedWriter
{
    private const int MaxQueued = 1000;
    private static readonly TimeSpan s_waitLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private readonly Queue<PendingWrite> _waiting = new();
    private Thread? _thread;
    private bool _hangs;

    internal void Write(Action write)
    {
        if (_thread == Thread.CurrentThread)
        {
            Invoke(write); // a log provider that uses Strongroom itself
            return;
        }
        var pending = new PendingWrite(write, ExecutionContext.Capture());
        lock (_gate)
        {
            if (_waiting.Count >= MaxQueued)
                return;
            _waiting.Enqueue(pending);
            Monitor.PulseAll(_gate);
            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "Strongroom log" };
                _thread.UnsafeStart();
            }
            var until = Environment.TickCount64 + (long)s_waitLimit.TotalMilliseconds;
            while (!pending.IsDone && !_hangs)
            {
                var left = until - Environment.TickCount64;
                if (left <= 0 || !Monitor.Wait(_gate, (int)left))
                    _hangs = !pending.IsDone;
            }
        }
    }

    private void Run()
    {
        while (Next() is { } pending)
        {
            if (pending.Context is { } context)
                ExecutionContext.Run(context, static state => Invoke(((PendingWrite)state!).Write), pending);
            else
                Invoke(pending.Write);
            lock (_gate)
            {
                pending.IsDone = true;
                _hangs = _hangs && _waiting.Count > 0;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private PendingWrite? Next()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (Monitor.Wait(_gate, s_idle) || _waiting.Count > 0)
                    continue;
                _thread = null;
                return null;
            }
            return _waiting.Dequeue();
        }
    }

    private static void Invoke(Action write)
    {
        try
        {
            write();
        }
        catch (Exception)
        {
            // A failure to log cannot be logged.
        }
    }

    private sealed record PendingWrite(Action Write, ExecutionContext? Context)
    {
        public bool IsDone { get; set; }
    }
}
