using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Trading.ServiceDefaults;

/// <summary>Answers a caller when another service is unavailable: 503, so that it tries again.</summary>
public static class PeerFailures
{
    /// <summary>
    /// Answers 503 for the routes of the group where a peer or the broker is unreachable or its response is not valid.
    /// </summary>
    public static RouteGroupBuilder WithPeerFailures(this RouteGroupBuilder routes)
    {
        routes.AddEndpointFilter(
            async (context, next) =>
            {
                try
                {
                    return await next(context);
                }
                catch (Exception e) when (IsPeerFailure(e, context.HttpContext.RequestAborted))
                {
                    return TypedResults.Problem(
                        statusCode: StatusCodes.Status503ServiceUnavailable,
                        title: "A service that this one depends on is unavailable."
                    );
                }
            }
        );
        return routes;
    }

    // A cancellation that the caller did not ask for is a client's time-out.
    private static bool IsPeerFailure(Exception exception, CancellationToken aborted) =>
        exception is HttpRequestException or JsonException or HttpIOException
        || (exception is OperationCanceledException && !aborted.IsCancellationRequested);
}
