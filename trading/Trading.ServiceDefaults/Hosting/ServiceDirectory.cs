namespace Trading.ServiceDefaults;

/// <summary>The platform's services: their usual ports, and the settings that say where else they are.</summary>
internal sealed record ServiceDirectory(string Id, int Port, string UrlSetting)
{
    internal const int ManagementPortOffset = 1000;

    private static readonly ServiceDirectory[] s_services =
    [
        new("signal_service", 8001, "SIGNALS_URL"),
        new("execution_gateway", 8002, "EXECUTION_URL"),
        new("orchestrator", 8003, "ORCHESTRATOR_URL"),
        new("market_data", 8004, "MARKET_DATA_URL"),
        new("risk_manager", 8005, "RISK_URL"),
    ];

    internal string DefaultUrl => $"http://127.0.0.1:{Port}";

    internal static ServiceDirectory Find(string id) =>
        s_services.FirstOrDefault(service => service.Id == id)
        ?? throw new ArgumentException(
            $"There is no service '{id}'; there are {string.Join(", ", s_services.Select(service => service.Id))}.",
            nameof(id)
        );
}
