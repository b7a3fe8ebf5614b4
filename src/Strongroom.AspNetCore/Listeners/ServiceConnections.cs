using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Strongroom.AspNetCore;

/// <summary>
/// What holds a connection without being a caller is let go of: one that says nothing within <see cref="Patience"/>, and, while
/// more than half of them are taken, one whose request no caller signed. Callers keep theirs, so a cancel goes on through them.
/// </summary>
/// <remarks>Kestrel gives a silent connection the time of an idle one, which is minutes.</remarks>
internal sealed class ServiceConnections
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private int _open;

    private bool AreCrowded => Volatile.Read(ref _open) > ListenerLimits.Connections / 2;

    /// <summary>Counts a connection while it is open.</summary>
    internal ConnectionDelegate Count(ConnectionDelegate next) =>
        async connection =>
        {
            connection.Features.Set(this);
            try
            {
                Interlocked.Increment(ref _open);
                await next(connection);
            }
            finally
            {
                Interlocked.Decrement(ref _open);
            }
        };

    /// <summary>Closes a connection whose first byte does not come in time.</summary>
    internal static Func<ConnectionDelegate, ConnectionDelegate> RequireFirstByte(TimeProvider time) =>
        next =>
            async connection =>
            {
                using (var limit = new CancellationTokenSource(Patience, time))
                {
                    try
                    {
                        var read = await connection.Transport.Input.ReadAsync(limit.Token);
                        // Nothing is taken, and nothing counts as looked at: whoever is next finds it there.
                        connection.Transport.Input.AdvanceTo(read.Buffer.Start);
                    }
                    catch (OperationCanceledException)
                    {
                        connection.Abort(new ConnectionAbortedException("Nothing was sent in time."));
                        return;
                    }
                    catch (IOException)
                    {
                        // The other side is gone.
                        return;
                    }
                }
                await next(connection);
            };

    internal static Task LetGoOfStrangersAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<ServiceConnections>() is { AreCrowded: true } && HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            context.Response.OnStarting(() =>
            {
                if (context.GetCaller() is null)
                    context.Response.Headers.Connection = "close";
                return Task.CompletedTask;
            });
        }
        return next(context);
    }
}
