using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Strongroom.AspNetCore;

/// <summary>What a log says of a request: nothing that the sender chose freely.</summary>
internal static class RequestDescription
{
    internal static string MethodOf(HttpContext context) =>
        context.Request.Method is "GET" or "POST" or "PUT" or "DELETE" or "PATCH" or "HEAD" or "OPTIONS"
            ? context.Request.Method
            : "other";

    /// <summary>The route's pattern, not the path.</summary>
    internal static string RouteOf(HttpContext context) =>
        (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(none)";
}
