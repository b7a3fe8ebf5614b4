using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using Strongroom.AspNetCore;

namespace Trading.ServiceDefaults;

/// <summary>Metrics of Strongroom, ASP.NET Core and the HTTP client, for Prometheus, on the management listener.</summary>
internal static class MetricsExtensions
{
    internal static void AddTradingMetrics(this WebApplicationBuilder builder) =>
        builder
            .Services.AddOpenTelemetry()
            .WithMetrics(metrics =>
                metrics
                    .AddMeter(
                        "Strongroom",
                        "Trading",
                        "Microsoft.AspNetCore.Hosting",
                        "Microsoft.AspNetCore.Server.Kestrel",
                        "System.Net.Http"
                    )
                    .AddPrometheusExporter()
            );

    internal static void MapTradingMetrics(this WebApplication app) =>
        app.MapPrometheusScrapingEndpoint("/metrics").OnManagementListener();
}
