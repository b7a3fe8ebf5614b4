using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Strongroom.AspNetCore;

namespace Trading.ServiceDefaults;

/// <summary>
/// Metrics of Strongroom, ASP.NET Core and the HTTP client, for Prometheus, on the management listener. A start does not wait for
/// them: <see cref="BeginMetrics"/> follows it.
/// </summary>
internal static class MetricsExtensions
{
    internal static void AddTradingMetrics(this WebApplicationBuilder builder) =>
        builder.Services.AddSingleton(_ =>
            Sdk.CreateMeterProviderBuilder()
                .AddMeter(
                    "Strongroom",
                    "Trading",
                    "Microsoft.AspNetCore.Hosting",
                    "Microsoft.AspNetCore.Server.Kestrel",
                    "System.Net.Http"
                )
                .AddPrometheusExporter()
                .Build()
        );

    internal static void MapTradingMetrics(this WebApplication app)
    {
        var scrape = new Lazy<RequestDelegate>(() =>
            ((IApplicationBuilder)app).New().UseOpenTelemetryPrometheusScrapingEndpoint(_ => true).Build()
        );
        app.MapGet("/metrics", context => scrape.Value(context)).OnManagementListener();
    }

    internal static void BeginMetrics(this WebApplication app) => _ = app.Services.GetRequiredService<MeterProvider>();
}
