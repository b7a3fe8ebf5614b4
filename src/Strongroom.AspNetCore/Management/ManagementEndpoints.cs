using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Strongroom.Breaker;

namespace Strongroom.AspNetCore;

/// <summary>The endpoints for operators, rotation and monitoring.</summary>
internal static class ManagementEndpoints
{
    private const int MaxText = 500;

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health", (RequestDelegate)HealthAsync).OnManagementListener();
        routes.MapPost("/secrets/refresh", (RequestDelegate)RefreshAsync).OnManagementListener();
        routes.MapPost("/drain", (RequestDelegate)DrainAsync).OnManagementListener();
        routes.MapGet("/breaker", (RequestDelegate)BreakerAsync).OnManagementListener();
        routes.MapPost("/breaker/{id}/clear", (RequestDelegate)ClearAsync).OnManagementListener();
    }

    private static Task HealthAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var details = HealthDetails.Of(
            services.GetRequiredService<ServiceHealth>(),
            services.GetRequiredService<ISecretManager>(),
            services.GetRequiredService<SecretDeclaration>(),
            services.GetService<ICredentialBreaker>(),
            services.GetRequiredService<StrongroomWebOptions>(),
            services.GetRequiredService<TimeProvider>().GetUtcNow()
        );
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(
            details,
            ManagementJson.Default.HealthDetails,
            cancellationToken: context.RequestAborted
        );
    }

    private static async Task RefreshAsync(HttpContext context)
    {
        if (context.RequestServices.GetService<ISecretRefresher>() is not { } refresher)
        {
            await ProblemResponse.WriteAsync(context, StatusCodes.Status501NotImplemented);
            return;
        }
        await context.RequestServices.GetRequiredService<SharedRefresh>().RefreshAsync(refresher, context.RequestAborted);
        await HealthAsync(context);
    }

    private static Task DrainAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        // After the response, so that the caller receives it whatever the drain delay is.
        var drain = context.RequestServices.GetRequiredService<ServiceDrain>();
        context.Response.OnCompleted(() =>
        {
            drain.BeginAndStop("an operator asked for it");
            return Task.CompletedTask;
        });
        return Task.CompletedTask;
    }

    private static Task BreakerAsync(HttpContext context)
    {
        if (context.RequestServices.GetService<ICredentialBreaker>() is not { IsActive: true } breaker)
            return ProblemResponse.WriteAsync(context, StatusCodes.Status404NotFound);
        var details = new BreakerDetails(HealthDetails.PermissionOf(breaker), [.. breaker.Uncleared.Select(TripDetails.Of)]);
        return context.Response.WriteAsJsonAsync(
            details,
            ManagementJson.Default.BreakerDetails,
            cancellationToken: context.RequestAborted
        );
    }

    private static async Task ClearAsync(HttpContext context)
    {
        var ct = context.RequestAborted;
        var breaker = context.RequestServices.GetService<ICredentialBreaker>();
        // The content type forces a preflight request in a browser; the policy has refused browsers already.
        if (
            !Guid.TryParse((string?)context.Request.RouteValues["id"], out var id)
            || !context.Request.HasJsonContentType()
            || await ReadAsync(context) is not { } request
        )
        {
            await ProblemResponse.WriteAsync(context, StatusCodes.Status400BadRequest);
            return;
        }
        var logger = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ManagementEndpoints));
        try
        {
            var turn = context.RequestServices.GetRequiredService<OneAtATime>();
            if (breaker is null || !await turn.RunAsync(() => breaker.ClearAsync(id, request.Operator!, request.Reason!, ct), ct))
            {
                await ProblemResponse.WriteAsync(context, StatusCodes.Status404NotFound);
                return;
            }
        }
        catch (SecretException e)
        {
            // Not 404, whatever the error: it does not tell whether the trip exists.
            Log.TripNotCleared(logger, id, e.Code, e.Message);
            await ProblemResponse.WriteAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                e.Code,
                SecretProblems.RetryAfterOf(e),
                "The trips cannot be read or written now. The trip may not have been cleared."
            );
            return;
        }
        Log.TripCleared(logger, request.Operator!, id);
        await BreakerAsync(context);
    }

    private static async ValueTask<ClearRequest?> ReadAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = ListenerLimits.ManagementBodyBytes;
        try
        {
            var request = await context.Request.ReadFromJsonAsync(ManagementJson.Default.ClearRequest, context.RequestAborted);
            return IsText(request?.Operator) && IsText(request?.Reason) ? request : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Both go into the audit and the log, so each must be a single line.</summary>
    private static bool IsText(string? text) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= MaxText && !text.Any(char.IsControl);
}
