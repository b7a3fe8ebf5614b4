using Microsoft.AspNetCore.Http;

namespace Strongroom.AspNetCore;

/// <summary>Gives an endpoint its caller.</summary>
public static class CallerHttpContextExtensions
{
    /// <summary>The service whose token was verified, or null where the endpoint's policy requires none.</summary>
    public static string? GetCaller(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return CallAuthenticationHandler.CallerOf(context.User);
    }
}
