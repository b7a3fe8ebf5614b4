using Microsoft.AspNetCore.Builder;

namespace Trading.ServiceDefaults;

internal static class StartChecksExtensions
{
    /// <summary>The checks that <c>CreateBuilder</c> registered.</summary>
    internal static StartChecks StartChecks(this WebApplicationBuilder builder) =>
        (StartChecks?)
            builder.Services.FirstOrDefault(service => service.ServiceType == typeof(StartChecks))?.ImplementationInstance
        ?? throw new InvalidOperationException("Create the builder with TradingService.CreateBuilder.");
}
