namespace Strongroom.Resilience;

/// <summary>Time limits and retries of a backend read.</summary>
internal sealed record ResilienceSettings
{
    /// <summary>The total time limit of all attempts and delays. Default 5 seconds.</summary>
    internal TimeSpan Total { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The time limit of one attempt. Default 2 seconds.</summary>
    internal TimeSpan Attempt { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The maximum number of attempts. Default 3.</summary>
    internal int Attempts { get; init; } = 3;

    /// <summary>The first delay, doubled each time, with jitter. Default 100 milliseconds.</summary>
    internal TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The number of consecutive failures within 30 seconds that open the circuit breaker of a path. Default 5.
    /// </summary>
    internal int FailuresToBreak { get; init; } = 5;

    /// <summary>How long an open circuit breaker prevents calls. Default 10 seconds.</summary>
    internal TimeSpan Break { get; init; } = TimeSpan.FromSeconds(10);
}
