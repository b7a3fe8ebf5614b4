using Microsoft.Extensions.Logging;

namespace Strongroom.Aws.Transport;

/// <summary>
/// A throttled call pauses all traffic of the process: a second, doubled each time, a minute at most. AWS does not say how long; the
/// quota is the account's, so instances spread. Each pause is counted, and the first of a row is logged.
/// </summary>
internal sealed class ThrottleGate(TimeProvider time, ILogger logger, Func<double>? random = null)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(1);
    private const double Spread = 0.5;

    private readonly Lock _gate = new();
    private readonly Func<double> _random = random ?? Random.Shared.NextDouble;
    private DateTimeOffset _until = DateTimeOffset.MinValue;
    private TimeSpan _pause = s_firstPause;
    private long _count;

    /// <summary>How often AWS has asked to slow down.</summary>
    internal long Count => Interlocked.Read(ref _count);

    /// <summary>What is left of the pause, or null.</summary>
    internal TimeSpan? Left
    {
        get
        {
            lock (_gate)
                return _until - time.GetUtcNow() is { Ticks: > 0 } left ? left : null;
        }
    }

    /// <summary>Begins a pause, and says how long.</summary>
    internal TimeSpan Pause()
    {
        lock (_gate)
        {
            _count++;
            if (_until - time.GetUtcNow() is { Ticks: > 0 } left)
                return left;
            var isFirst = _pause == s_firstPause;
            var pause = _pause * (1 + (Spread * _random()));
            _pause = _pause * 2 < s_longestPause ? _pause * 2 : s_longestPause;
            _until = time.GetUtcNow() + pause;
            if (isFirst)
                Log.Throttled(logger, _count, pause.TotalSeconds);
            return pause;
        }
    }

    internal void Succeeded()
    {
        lock (_gate)
            _pause = s_firstPause;
    }
}
