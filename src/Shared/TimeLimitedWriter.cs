namespace Strongroom.Telemetry;

/// <summary>
/// Writes on a thread of its own, and waits for that as long as it is quick: who has words to say returns once they are said, or
/// once the writer hangs. While it hangs nobody waits for it, and of what is to be said the first is kept.
/// </summary>
internal sealed class TimeLimitedWriter
{
    private const int MostWaiting = 1000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private readonly Queue<Words> _waiting = new();
    private Thread? _thread;
    private bool _hangs;

    internal void Write(Action write)
    {
        if (_thread == Thread.CurrentThread)
        {
            Say(write); // a log provider that uses Strongroom itself
            return;
        }
        var words = new Words(write, ExecutionContext.Capture());
        lock (_gate)
        {
            if (_waiting.Count >= MostWaiting)
                return;
            _waiting.Enqueue(words);
            Monitor.PulseAll(_gate);
            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "Strongroom log" };
                _thread.UnsafeStart();
            }
            var until = Environment.TickCount64 + (long)s_patience.TotalMilliseconds;
            while (!words.AreSaid && !_hangs)
            {
                var left = until - Environment.TickCount64;
                if (left <= 0 || !Monitor.Wait(_gate, (int)left))
                    _hangs = !words.AreSaid;
            }
        }
    }

    private void Run()
    {
        while (Next() is { } words)
        {
            if (words.Context is { } context)
                ExecutionContext.Run(context, static said => Say(((Words)said!).Write), words);
            else
                Say(words.Write);
            lock (_gate)
            {
                words.AreSaid = true;
                _hangs = _hangs && _waiting.Count > 0;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private Words? Next()
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

    private static void Say(Action write)
    {
        try
        {
            write();
        }
        catch (Exception)
        {
            // There is nobody to tell.
        }
    }

    private sealed record Words(Action Write, ExecutionContext? Context)
    {
        public bool AreSaid { get; set; }
    }
}
