using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Strongroom.AspNetCore;

/// <summary>
/// One verified webhook. Its id is claimed before the handler runs, marked as handled where the handler succeeds (2xx), and
/// forgotten where it fails: nothing was done, and the sender may send it again.
/// </summary>
/// <remarks>
/// A repeated id is acknowledged only once its handler has succeeded; until then the sender is told to try again, since an early
/// 2xx would lose a webhook whose handler fails. If the process ends in between, the id stays claimed: what the handler did is
/// not known, and running it again is not ours to decide.
/// </remarks>
internal sealed class WebhookDelivery(string id, DateTimeOffset until, IReplayStore replays, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_retryAfter = TimeSpan.FromSeconds(5);

    private int _hasEnded;

    internal async Task RunAsync(HttpContext context, RequestDelegate handler)
    {
        switch (await replays.ClaimAsync(id, until, context.RequestAborted))
        {
            case ReplayClaim.Claimed:
                await HandleAsync(context, handler);
                return;
            case ReplayClaim.Handled:
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            default:
                Log.WebhookInProgress(logger);
                await ProblemAnswer.WriteAsync(
                    context,
                    StatusCodes.Status409Conflict,
                    retryAfter: s_retryAfter,
                    title: "This webhook is being handled."
                );
                return;
        }
    }

    private async Task HandleAsync(HttpContext context, RequestDelegate handler)
    {
        // Before the status is sent, so that a sender that reads it can repeat the webhook at once.
        context.Response.OnStarting(() => EndAsync(context.Response.StatusCode));
        try
        {
            await handler(context);
        }
        catch
        {
            await EndAsync(StatusCodes.Status500InternalServerError);
            throw;
        }
        await EndAsync(context.Response.StatusCode);
    }

    private async Task EndAsync(int status)
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) != 0)
            return;
        using var limit = new CancellationTokenSource(s_patience, time);
        try
        {
            await (status is >= 200 and < 300 ? replays.CompleteAsync(id, limit.Token) : replays.ForgetAsync(id, limit.Token));
        }
        catch (Exception e) when (e is SecretException or OperationCanceledException or System.Data.Common.DbException)
        {
            Log.WebhookResultNotStored(logger, status, e.GetType().Name);
        }
    }
}
