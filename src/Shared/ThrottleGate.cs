namespace Strongroom.Resilience;

/// <summary>
/// A call that is throttled pauses all traffic of the process. How long is what the backend asks; where it does not say, a
/// second, doubled each time, a minute at most. Spread, since a quota counts all instances, and a block begins anew with each of
/// them. Each throttled call is counted; the first of a row and its end are told.
/// </summary>
internal sealed class ThrottleGate(TimeProvider time, Action<TimeSpan, long> began, Action ended, Func<double>? random = null)
{
    internal static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestGuess = TimeSpan.FromMinutes(1);
    private const double Spread = 0.5;

    private readonly Lock _gate = new();
    private readonly Func<double> _random = random ?? Random.Shared.NextDouble;
    private long? _until;
    private TimeSpan _guess = s_firstPause;
    private volatile bool _isThrottled;
    private long _count;

    /// <summary>How often the backend has asked to slow down.</summary>
    internal long Count => Interlocked.Read(ref _count);

    /// <summary>What is left of the pause, or null.</summary>
    internal TimeSpan? Left
    {
        get
        {
            if (!_isThrottled)
                return null;
            lock (_gate)
                return LeftNow;
        }
    }

    /// <summary>Begins a pause, and says how long.</summary>
    internal TimeSpan Pause(TimeSpan? asked = null)
    {
        TimeSpan pause;
        var begins = false;
        long count;
        lock (_gate)
        {
            count = ++_count;
            // What was on its way when the pause began says nothing new.
            if (asked is null && LeftNow is { } left)
                return left;
            pause = asked is { Ticks: > 0 } ? asked.Value : _guess;
            if (asked is null)
                _guess = _guess * 2 < s_longestGuess ? _guess * 2 : s_longestGuess;
            pause = (pause < LongestPause ? pause : LongestPause) * (1 + (Spread * _random()));
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
            if (!_isThrottled || LeftNow is not null)
                return;
            _guess = s_firstPause;
            _isThrottled = false;
        }
        ended();
    }

    /// <summary>Under the gate. A length, so the wall clock has no say in it.</summary>
    private TimeSpan? LeftNow =>
        _until is { } until && time.GetElapsedTime(time.GetTimestamp(), until) is { Ticks: > 0 } left ? left : null;
}
