using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Strongroom.AspNetCore;

/// <summary>
/// One verified webhook. Its id is claimed before the handler runs, marked as handled where the handler succeeds (2xx), and
/// forgotten where it fails, so that the sender may send it again.
/// </summary>
/// <remarks>
/// A repeated id is acknowledged only after its handler has succeeded; until then the sender is told to try again, since an early
/// 2xx would lose a webhook whose handler fails. If the process ends in between, the id stays claimed until the claim expires:
/// what the handler did is unknown, and only an operator can decide whether it may run again.
/// </remarks>
internal sealed class WebhookDelivery(
    SecretName secret,
    string id,
    DateTimeOffset until,
    IReplayStore replays,
    TimeProvider time,
    ILogger logger
)
{
    private static readonly TimeSpan s_storeTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_retryAfter = TimeSpan.FromSeconds(5);

    private readonly string _key = $"{secret}:{id}";
    private int _hasEnded;

    /// <summary>The secret that the webhook is signed with.</summary>
    internal SecretName Secret => secret;

    internal async Task RunAsync(HttpContext context, RequestDelegate handler)
    {
        switch (await replays.ClaimAsync(_key, until, context.RequestAborted))
        {
            case ReplayClaim.Claimed:
                await HandleAsync(context, handler);
                return;
            case ReplayClaim.Handled:
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            default:
                Log.WebhookInProgress(logger, id);
                await ProblemResponse.WriteAsync(
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
        // Before the status is sent, so that a sender that reads it may send the webhook again at once.
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
        using var limit = new CancellationTokenSource(s_storeTimeout, time);
        try
        {
            await (
                status is >= 200 and < 300 ? replays.CompleteAsync(_key, limit.Token) : replays.ForgetAsync(_key, limit.Token)
            );
        }
        catch (Exception e)
        {
            Log.WebhookResultNotStored(logger, id, status, e.GetType().Name);
        }
    }
}
