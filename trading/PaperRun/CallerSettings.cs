namespace PaperRun;

/// <summary>The run's own name among the callers, and what it takes over from the caller's environment.</summary>
internal static class CallerSettings
{
    internal const string Service = "paper_run";

    private static readonly string[] s_passedOn =
    [
        "DATABASE_HOST",
        "DATABASE_PORT",
        "DATABASE_NAME",
        "DATABASE_USER",
        "REDIS_URL",
        "DRY_RUN",
    ];

    /// <summary>The settings of a peer that the caller wants the run to use.</summary>
    internal static Dictionary<string, string?> PassedOn() =>
        s_passedOn
            .Where(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 })
            .ToDictionary(name => name, Environment.GetEnvironmentVariable);
}
