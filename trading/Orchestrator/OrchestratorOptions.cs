using Trading.ServiceDefaults;

namespace Orchestrator;

/// <summary>The service's settings; the names in brackets are those of environment variables and appsettings.</summary>
internal sealed record OrchestratorOptions
{
    /// <summary>[CLOCK_POLL_MS] How often the broker's clock is asked while a cycle is waited for. Default 100.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>[CYCLE_RETRY_MS] The longest pause before a failed cycle is tried again; the first is a poll long, and it
    /// doubles. Default 2,000.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(2);

    public static OrchestratorOptions Read(SettingsReader settings)
    {
        var options = new OrchestratorOptions
        {
            Poll = TimeSpan.FromMilliseconds(settings.Integer("CLOCK_POLL_MS", 100, 10, 60_000)),
            LongestPause = TimeSpan.FromMilliseconds(settings.Integer("CYCLE_RETRY_MS", 2_000, 10, 60_000)),
        };
        settings.Require(
            options.LongestPause >= options.Poll,
            "CYCLE_RETRY_MS is below CLOCK_POLL_MS, so a failed cycle would be tried sooner than a due one. Raise the first "
                + "or lower the second."
        );
        return options;
    }
}
