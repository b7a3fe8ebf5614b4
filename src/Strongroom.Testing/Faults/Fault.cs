using Microsoft.AspNetCore.Http;

namespace Strongroom.Testing;

/// <summary>One way in which a server misbehaves.</summary>
public abstract class Fault
{
    private protected Fault() { }

    /// <summary>
    /// Nothing listens: the connection is reset before a byte is read. If it always applies, new connections die as they open; a
    /// port that refuses them altogether is <see cref="PaperBroker.StopListeningAsync"/>.
    /// </summary>
    public static Fault Down() => new DownFault();

    /// <summary>Responds normally, but later.</summary>
    /// <param name="delay">How much later, by the plan's time.</param>
    public static Fault Slow(TimeSpan delay) => new SlowFault(delay);

    /// <summary>Sends nothing until the client gives up, or the fault is cleared and the request continues.</summary>
    public static Fault Hang() => new HangFault();

    /// <summary>Does the work, announces the whole response, sends half of it and closes.</summary>
    public static Fault HalfBody() => new HalfBodyFault();

    /// <summary>Does the work and responds with truncated JSON in a complete HTTP response.</summary>
    public static Fault MalformedJson() => new MalformedJsonFault();

    /// <summary>Resets the connection instead of doing the work.</summary>
    public static Fault Reset() => new ResetFault(afterWork: false);

    /// <summary>Does the work and resets the connection: the client cannot know whether it was done.</summary>
    public static Fault ResetAfterWork() => new ResetFault(afterWork: true);

    /// <summary>Responds immediately with a status.</summary>
    /// <param name="status">For instance 429, 500 or 503.</param>
    /// <param name="body">The body. Default empty.</param>
    /// <param name="headers">Such as <c>Retry-After</c>. The content type is JSON unless it is specified here.</param>
    public static Fault Status(int status, string body = "", params (string Name, string Value)[] headers) =>
        new StatusFault(status, body, headers);

    /// <summary>Responds with an HTML error page, like an intermediate proxy.</summary>
    /// <param name="status">For instance 401, 403, 407 or 502.</param>
    public static Fault HtmlPage(int status) => HtmlPageFault.Of(status);

    /// <summary>Sends the client to the same path of another server, like a misconfigured or compromised proxy.</summary>
    /// <param name="target">Scheme, host and port.</param>
    /// <param name="status">A redirect's. Default 307: with method and body.</param>
    public static Fault Redirect(Uri target, int status = 307)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new RedirectFault(target, status);
    }

    internal abstract Task StrikeAsync(FaultStrike strike);
}

/// <summary>A request that a fault strikes, and what the fault may need.</summary>
internal sealed record FaultStrike(HttpContext Context, RequestDelegate Next, TimeProvider Time, CancellationToken Cleared)
{
    /// <summary>Lets the server do its work and keeps the answer back.</summary>
    public async Task<byte[]> WorkAsync()
    {
        var response = Context.Response;
        var wire = response.Body;
        using var kept = new MemoryStream();
        response.Body = kept;
        try
        {
            await Next(Context);
        }
        finally
        {
            response.Body = wire;
        }
        response.ContentLength = null;
        return kept.ToArray();
    }
}
