using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Strongroom.AspNetCore;

/// <summary>
/// Closes connections that are not those of callers: one that sends nothing within <see cref="FirstByteTimeout"/>, and, while
/// more than half of the connections are in use, one whose request no caller signed. Callers keep theirs for urgent calls such as
/// cancels.
/// </summary>
/// <remarks>Kestrel allows a silent connection the time of an idle one, which is minutes.</remarks>
internal sealed class ServiceConnections
{
    internal static readonly TimeSpan FirstByteTimeout = TimeSpan.FromSeconds(10);

    private int _open;

    private bool IsCrowded => Volatile.Read(ref _open) > ListenerLimits.Connections / 2;

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

    /// <summary>Closes a connection whose first byte does not arrive in time.</summary>
    internal static Func<ConnectionDelegate, ConnectionDelegate> RequireFirstByte(TimeProvider time) =>
        next =>
            async connection =>
            {
                using (var limit = new CancellationTokenSource(FirstByteTimeout, time))
                {
                    try
                    {
                        var read = await connection.Transport.Input.ReadAsync(limit.Token);
                        // Nothing is consumed or marked as examined, so the next reader gets it all.
                        connection.Transport.Input.AdvanceTo(read.Buffer.Start);
                    }
                    catch (OperationCanceledException)
                    {
                        connection.Abort(new ConnectionAbortedException("Nothing was sent in time."));
                        return;
                    }
                    catch (IOException)
                    {
                        // The client has closed the connection.
                        return;
                    }
                }
                await next(connection);
            };

    internal static Task CloseAnonymousAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<ServiceConnections>() is { IsCrowded: true } && HttpProtocol.IsHttp11(context.Request.Protocol))
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
