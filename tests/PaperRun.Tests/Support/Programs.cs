namespace PaperRun.Tests.Support;

/// <summary>
/// The programs under test: as they were built beside this one, or, where TEST_PROGRAMS names the folder, as they were published,
/// which starts faster.
/// </summary>
internal static class Programs
{
    internal static readonly IReadOnlyDictionary<string, string> Services = new SortedDictionary<string, string>(
        StringComparer.Ordinal
    )
    {
        ["market_data"] = "MarketDataService",
        ["signal_service"] = "SignalService",
        ["execution_gateway"] = "ExecutionGateway",
        ["risk_manager"] = "RiskManager",
        ["orchestrator"] = "Orchestrator",
    };

    internal static string PaperRun => Of("PaperRun");

    internal static string Strongroom => Of("Strongroom.Cli");

    internal static string Template => Path.Combine(AppContext.BaseDirectory, ".env.template");

    internal static string OfService(string service) => Of(Services[service]);

    internal static string DeclarationOf(string service) =>
        Path.Combine(AppContext.BaseDirectory, "Declarations", Services[service], "secrets.json");

    private static string Of(string project)
    {
        if (Environment.GetEnvironmentVariable("TEST_PROGRAMS") is { Length: > 0 } published)
            return Path.Combine(published, project, "release", project);
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(here.Parent!.Parent!.FullName, project, here.Name, project);
    }
}
