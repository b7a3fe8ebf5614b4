namespace Strongroom.Resilience;

/// <summary>
/// Pauses all requests of the process after a throttled one: as long as the backend asks, otherwise one second, doubled each
/// time up to a minute. The pause is randomised, since a quota applies to all instances together. Every throttled request is
/// counted; the start and end of a pause are reported.
/// </summary>
internal sealed class ThrottleGate(TimeProvider time, Action<TimeSpan, long> began, Action ended, Func<double>? random = null)
{
    internal static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestGuess = TimeSpan.FromMinutes(1);
    private const double Jitter = 0.5;

    private readonly Lock _gate = new();
    private readonly Func<double> _random = random ?? Random.Shared.NextDouble;
    private long? _until;
    private TimeSpan _guess = s_firstPause;
    private volatile bool _isThrottled;
    private long _count;

    /// <summary>How often the backend has asked to slow down.</summary>
    internal long Count => Interlocked.Read(ref _count);

    /// <summary>The remaining pause, or null.</summary>
    internal TimeSpan? Left
    {
        get
        {
            if (!_isThrottled)
                return null;
            lock (_gate)
                return LeftUnderLock;
        }
    }

    /// <summary>Starts a pause, and returns its length.</summary>
    internal TimeSpan Pause(TimeSpan? asked = null)
    {
        TimeSpan pause;
        var begins = false;
        long count;
        lock (_gate)
        {
            count = ++_count;
            // A request sent before the pause began carries no new information.
            if (asked is null && LeftUnderLock is { } left)
                return left;
            pause = asked is { Ticks: > 0 } ? asked.Value : _guess;
            if (asked is null)
                _guess = _guess * 2 < s_longestGuess ? _guess * 2 : s_longestGuess;
            pause = (pause < LongestPause ? pause : LongestPause) * (1 + (Jitter * _random()));
            var until = time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);
            if (_until is not { } known || until > known)
            {
                _until = until;
                (begins, _isThrottled) = (!_isThrottled, true);
            }
        }
        if (begins)
            began(pause, count);
        return pause;
    }

    internal void Succeeded()
    {
        if (!_isThrottled)
            return;
        lock (_gate)
        {
            if (!_isThrottled || LeftUnderLock is not null)
                return;
            _guess = s_firstPause;
            _isThrottled = false;
        }
        ended();
    }

    /// <summary>Requires the lock. A duration, so the wall clock is not involved.</summary>
    private TimeSpan? LeftUnderLock =>
        _until is { } until && time.GetElapsedTime(time.GetTimestamp(), until) is { Ticks: > 0 } left ? left : null;
}
