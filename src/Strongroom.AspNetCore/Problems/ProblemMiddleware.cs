using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Strongroom.AspNetCore;

/// <summary>Turns what an endpoint throws into problem details, once, and logs it, once.</summary>
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
            // Nobody is there to read an answer.
            if (!context.Response.HasStarted)
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, e);
        }
    }

    private Task AnswerAsync(HttpContext context, Exception exception)
    {
        var method = RefusalWriter.KnownMethod(context.Request.Method);
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(none)";
        switch (exception)
        {
            case SecretException secret:
                Log.RequestFailedBySecret(logger, method, route, secret.Code, secret.Message);
                return ProblemAnswer.WriteAsync(
                    context,
                    SecretProblems.StatusOf(secret),
                    secret.Code,
                    SecretProblems.RetryAfterOf(secret)
                );
            case BadHttpRequestException bad:
                Log.RequestRefused(logger, method, route, "the request is malformed");
                return ProblemAnswer.WriteAsync(context, bad.StatusCode);
            default:
                Log.RequestFailed(logger, exception, method, route);
                return ProblemAnswer.WriteAsync(context, StatusCodes.Status500InternalServerError);
        }
    }
}
