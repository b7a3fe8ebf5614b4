using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Strongroom.Testing;

/// <summary>
/// What every request passes before its route: is it meant for us, may it come in, has it come too often. Each is
/// counted, by route and key id.
/// </summary>
internal sealed class Gate(KeyRing keys, RequestCounts counts, RateLimit limit)
{
    private static readonly PathString Data = "/v2/stocks";
    private static readonly PathString Control = "/paper";

    public static async Task RefuseForeignHostsAsync(HttpContext context, RequestDelegate next)
    {
        var host = context.Request.Host;
        if (host.Host is "127.0.0.1" or "localhost" && host.Port == context.Connection.LocalPort)
            await next(context);
        else
            await context.WriteAsync(new Refusal(421, null, "this host is not served here"));
    }

    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers["X-Request-ID"] = Guid.NewGuid().ToString("N");
        try
        {
            if (!context.Request.Path.StartsWithSegments(Control))
                LetIn(context);
            await next(context);
        }
        catch (Refusal refusal) when (!context.Response.HasStarted)
        {
            await context.WriteAsync(refusal);
        }
    }

    private void LetIn(HttpContext context)
    {
        var keyId = context.Request.Headers["APCA-API-KEY-ID"].ToString();
        var account = keys.Open(keyId, context.Request.Headers["APCA-API-SECRET-KEY"].ToString());
        counts.Add(Route(context), keys.Knows(keyId) ? keyId : RequestCounts.UnknownKey, account is not null);
        if (account is null && keys.IsForbidden(keyId))
            throw Refusal.NoAccess();
        if (account is null)
            throw context.Request.Path.StartsWithSegments(Data) ? Refusal.DataUnauthorized() : Refusal.Unauthorized();
        if (!limit.Allows(keyId, context.Response.Headers))
            throw Refusal.TooMany();
        context.Items[typeof(Caller)] = new Caller(account, keyId);
    }

    private static string Route(HttpContext context)
    {
        var pattern = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        return pattern is null ? RequestCounts.UnknownRoute : $"{context.Request.Method} {pattern}";
    }
}
