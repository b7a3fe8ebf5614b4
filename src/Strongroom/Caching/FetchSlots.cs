using Strongroom.Bundles;

namespace Strongroom.Caching;

/// <summary>
/// Bounds how many calls are under way, so that thousands of secrets open no thousands of sockets. Calls that a caller waits for
/// go first, then in the order of asking. What failed last time gets half of the slots at most: names that hang, however many
/// they are, keep no slot from those that answer.
/// </summary>
internal sealed class FetchSlots
{
    /// <summary>More gain nothing: at 1 ms for an answer these are 32,000 a second, and one Vault node serves fewer. Fewer would
    /// make a start over a slow line slow: 5,000 secrets at 50 ms take 8 s.</summary>
    internal const int Most = 32;

    private readonly Lock _gate = new();
    private readonly Queue<FetchTurn> _urgent = new();
    private readonly Queue<FetchTurn> _urgentFailing = new();
    private readonly Queue<FetchTurn> _ordinary = new();
    private readonly Queue<FetchTurn> _ordinaryFailing = new();
    private int _underWay;
    private int _failingUnderWay;

    /// <summary>Returns when the call may go out; it must <see cref="Leave"/> then.</summary>
    internal Task EnterAsync(FetchTurn turn, bool isUrgent)
    {
        lock (_gate)
        {
            if (HasRoom(turn.IsFailing))
            {
                Begin(turn);
                return Task.CompletedTask;
            }
            turn.IsUrgent = isUrgent;
            QueueOf(turn, isUrgent).Enqueue(turn);
            return turn.Begun.Task;
        }
    }

    /// <summary>A caller waits for a call that was not urgent so far. It is moved once, however many callers wait.</summary>
    internal void Hasten(FetchTurn turn)
    {
        lock (_gate)
        {
            if (turn.HasBegun || turn.IsUrgent)
                return;
            turn.IsUrgent = true;
            QueueOf(turn, isUrgent: true).Enqueue(turn);
        }
    }

    internal void Leave(FetchTurn turn)
    {
        lock (_gate)
        {
            _underWay--;
            _failingUnderWay -= turn.IsFailing ? 1 : 0;
            while (Next() is { } next)
            {
                Begin(next);
                next.Begun.SetResult();
            }
        }
    }

    private Queue<FetchTurn> QueueOf(FetchTurn turn, bool isUrgent) =>
        isUrgent
            ? turn.IsFailing
                ? _urgentFailing
                : _urgent
            : turn.IsFailing
                ? _ordinaryFailing
                : _ordinary;

    private bool HasRoom(bool isFailing) => _underWay < Most && (!isFailing || _failingUnderWay < Most / 2);

    private FetchTurn? Next()
    {
        foreach (var queue in (ReadOnlySpan<Queue<FetchTurn>>)[_urgent, _urgentFailing, _ordinary, _ordinaryFailing])
        {
            // A call that was hastened is in two queues.
            while (queue.TryPeek(out var turn) && (turn.HasBegun || HasRoom(turn.IsFailing)))
            {
                queue.Dequeue();
                if (!turn.HasBegun)
                    return turn;
            }
        }
        return null;
    }

    private void Begin(FetchTurn turn)
    {
        turn.HasBegun = true;
        _underWay++;
        _failingUnderWay += turn.IsFailing ? 1 : 0;
    }
}
