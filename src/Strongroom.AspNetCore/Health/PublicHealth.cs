using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Strongroom.AspNetCore;

/// <summary>Public health: one word, without secrets, backends or times.</summary>
internal static class PublicHealth
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/health/live",
                (RequestDelegate)(static context => WriteAsync(context, StatusCodes.Status200OK, ServiceStatus.Ok))
            )
            .AllowAnyone();
        routes.MapGet("/health/ready", (RequestDelegate)ReadyAsync).AllowAnyone();
    }

    private static Task ReadyAsync(HttpContext context)
    {
        var health = context.RequestServices.GetRequiredService<ServiceHealth>();
        var status = health.Status;
        return WriteAsync(
            context,
            health.IsReady(status) ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            status
        );
    }

    private static Task WriteAsync(HttpContext context, int code, ServiceStatus status)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync($$"""{"status":"{{WordOf(status)}}"}""", context.RequestAborted);
    }

    internal static string WordOf(ServiceStatus status) =>
        status switch
        {
            ServiceStatus.Ok => "ok",
            ServiceStatus.Degraded => "degraded",
            ServiceStatus.Halted => "halted",
            ServiceStatus.Unavailable => "unavailable",
            ServiceStatus.Starting => "starting",
            _ => "draining",
        };
}
