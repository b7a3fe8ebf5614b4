using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Strongroom.AspNetCore;

/// <summary>Turns an exception of an endpoint into problem details and one log message.</summary>
internal sealed class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client no longer reads a response.
            if (!context.Response.HasStarted)
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, e);
        }
    }

    private Task WriteAsync(HttpContext context, Exception exception)
    {
        var (method, route) = (RequestDescription.MethodOf(context), RequestDescription.RouteOf(context));
        switch (exception)
        {
            case SecretException secret:
                Log.RequestFailedBySecret(logger, method, route, secret.Code, secret.Message);
                return ProblemResponse.WriteAsync(
                    context,
                    SecretProblems.StatusOf(secret),
                    secret.Code,
                    SecretProblems.RetryAfterOf(secret)
                );
            case BadHttpRequestException bad:
                Log.RequestRefused(logger, method, route, "the request is malformed");
                return ProblemResponse.WriteAsync(context, bad.StatusCode);
            default:
                Log.RequestFailed(logger, exception, method, route);
                return ProblemResponse.WriteAsync(context, StatusCodes.Status500InternalServerError);
        }
    }
}
