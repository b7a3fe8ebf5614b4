using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Strongroom.AspNetCore;

/// <summary>
/// One webhook that was let through. Its id is remembered from then on, so that the same one that comes meanwhile is refused, and
/// is forgotten where the handler fails: nothing was done, and the sender may send it again.
/// </summary>
/// <remarks>
/// The status decides before it is sent, so a sender that reads a failure can send again at once. A process that dies in between
/// leaves the id remembered: what its handler did is not known. The sender signs anew then.
/// </remarks>
internal sealed class WebhookDelivery(string id, IReplayStore replays, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private int _hasEnded;

    internal async Task RunAsync(HttpContext context, RequestDelegate handler)
    {
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
        if (Interlocked.Exchange(ref _hasEnded, 1) != 0 || status < StatusCodes.Status400BadRequest)
            return;
        using var limit = new CancellationTokenSource(s_patience, time);
        try
        {
            await replays.ForgetAsync(id, limit.Token);
        }
        catch (Exception e) when (e is SecretException or OperationCanceledException or System.Data.Common.DbException)
        {
            Log.WebhookNotFreed(logger, e.GetType().Name);
        }
    }
}
