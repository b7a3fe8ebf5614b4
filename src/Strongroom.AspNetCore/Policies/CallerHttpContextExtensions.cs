using Microsoft.AspNetCore.Http;

namespace Strongroom.AspNetCore;

/// <summary>Tells an endpoint who calls.</summary>
public static class CallerHttpContextExtensions
{
    /// <summary>The service whose token was verified, or null where the endpoint's policy asks for none.</summary>
    public static string? GetCaller(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return CallAuthenticationHandler.CallerOf(context.User);
    }
}
