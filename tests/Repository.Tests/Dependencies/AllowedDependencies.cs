namespace Repository.Tests.Dependencies;

/// <summary>Section 4 of the design: what each project may ask for itself. What those bring is allowed with them.</summary>
internal sealed record AllowedDependencies(string[] Projects, string[] Packages, bool SharedFramework = false)
{
    private static readonly AllowedDependencies s_service = new(
        ["Trading.Contracts", "Trading.ServiceDefaults"],
        [],
        SharedFramework: true
    );

    internal static Dictionary<string, AllowedDependencies> Table { get; } =
        new(StringComparer.OrdinalIgnoreCase)
        {
            ["Strongroom"] = new(
                [],
                [
                    "Microsoft.Extensions.Configuration.Abstractions",
                    "Microsoft.Extensions.DependencyInjection.Abstractions",
                    "Microsoft.Extensions.Diagnostics.HealthChecks.Abstractions",
                    "Microsoft.Extensions.Hosting.Abstractions",
                    "Microsoft.Extensions.Logging.Abstractions",
                    "Microsoft.Extensions.Options",
                    "Polly.Core",
                ]
            ),
            ["Strongroom.Storage"] = new(["Strongroom"], ["Evolve", "Microsoft.Data.Sqlite", "Npgsql"]),
            ["Strongroom.Vault"] = new(["Strongroom"], []),
            ["Strongroom.Aws"] = new(["Strongroom"], ["AWSSDK.Core", "AWSSDK.SecurityToken", "AWSSDK.SSO", "AWSSDK.SSOOIDC"]),
            ["Strongroom.AspNetCore"] = new(["Strongroom"], ["Microsoft.IdentityModel.JsonWebTokens"], SharedFramework: true),
            ["Strongroom.Operations"] = new(["Strongroom", "Strongroom.Aws", "Strongroom.Storage", "Strongroom.Vault"], []),
            ["Strongroom.Cli"] = new(
                ["Strongroom", "Strongroom.Aws", "Strongroom.Operations", "Strongroom.Storage", "Strongroom.Vault"],
                ["Spectre.Console", "System.CommandLine"]
            ),
            ["Strongroom.Testing"] = new(["Strongroom"], ["Npgsql"], SharedFramework: true),

            ["Trading.Contracts"] = new([], []),
            ["Trading.ServiceDefaults"] = new(
                ["Trading.Contracts", "Strongroom.AspNetCore", "Strongroom.Aws", "Strongroom.Storage", "Strongroom.Vault"],
                [
                    "Npgsql",
                    "OpenTelemetry.Exporter.Prometheus.AspNetCore",
                    "OpenTelemetry.Extensions.Hosting",
                    "StackExchange.Redis",
                ],
                SharedFramework: true
            ),
            ["ExecutionGateway"] = s_service,
            ["MarketDataService"] = s_service,
            ["Orchestrator"] = s_service,
            ["RiskManager"] = s_service,
            ["SignalService"] = s_service,
            ["PaperRun"] = new(
                [
                    "Trading.Contracts",
                    "Strongroom.AspNetCore",
                    "Strongroom.Aws",
                    "Strongroom.Storage",
                    "Strongroom.Testing",
                    "Strongroom.Vault",
                ],
                ["System.CommandLine"],
                SharedFramework: true
            ),
        };
}
