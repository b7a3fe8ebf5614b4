using Microsoft.Extensions.Time.Testing;

namespace Strongroom.Tests.Shared;

/// <summary>
/// A clock that knows its timers. A test that moves it only while a timer is about to fire cannot move it ahead of code that has
/// yet to set its own, however late that code runs.
/// </summary>
internal sealed class WatchedTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly Dictionary<WatchedTimer, DateTimeOffset> _due = [];

    /// <summary>Moves the clock by one step if a timer fires within <paramref name="limit"/>.</summary>
    internal void AdvanceIfWaitedFor(TimeSpan step, TimeSpan limit)
    {
        bool isWaitedFor;
        lock (_due)
            isWaitedFor = _due.Values.Any(due => due - GetUtcNow() <= limit);
        if (isWaitedFor)
            Advance(step);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new WatchedTimer(this);
        timer.Inner = base.CreateTimer(
            _ =>
            {
                timer.Fired();
                callback(state);
            },
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class WatchedTimer(WatchedTime time) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        internal ITimer Inner { get; set; } = null!;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            Note(dueTime);
            return Inner.Change(dueTime, period);
        }

        public void Dispose()
        {
            Note(Timeout.InfiniteTimeSpan);
            Inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Note(Timeout.InfiniteTimeSpan);
            return Inner.DisposeAsync();
        }

        internal void Fired() => Note(_period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan);

        private void Note(TimeSpan wait)
        {
            lock (time._due)
            {
                if (wait < TimeSpan.Zero)
                    time._due.Remove(this);
                else
                    time._due[this] = time.GetUtcNow() + wait;
            }
        }
    }
}
