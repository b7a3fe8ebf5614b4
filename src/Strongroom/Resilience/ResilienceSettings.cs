namespace Strongroom.Resilience;

/// <summary>How long and how often a backend is asked.</summary>
internal sealed record ResilienceSettings
{
    /// <summary>All attempts and pauses together. Default 5 seconds.</summary>
    internal TimeSpan Total { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>One attempt: a backend may hang while its health looks fine. Default 2 seconds.</summary>
    internal TimeSpan Attempt { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Attempts in all. Default 3.</summary>
    internal int Attempts { get; init; } = 3;

    /// <summary>The first pause, doubled each time, with jitter. Default 100 milliseconds.</summary>
    internal TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Calls within half a minute that must all have failed before a path is left alone. Default 5.</summary>
    internal int FailuresToBreak { get; init; } = 5;

    /// <summary>How long a path is left alone once every call for it failed. Default 10 seconds.</summary>
    internal TimeSpan Break { get; init; } = TimeSpan.FromSeconds(10);
}
