using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Strongroom.AspNetCore;

/// <summary>
/// Authenticates other services by their call tokens, only on routes whose policy names this scheme. ASP.NET makes a single
/// registered scheme the default and runs it for every request; that must neither use up a token nor read a key.
/// </summary>
internal sealed class CallAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    CallTokenVerifier verifier
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private const string Bearer = "Bearer ";

    /// <summary>The service whose token was verified, or null.</summary>
    internal static string? CallerOf(ClaimsPrincipal user) =>
        user.Identities.FirstOrDefault(identity => identity.AuthenticationType == CallScheme.Name)?.Name;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (
            Context
                .GetEndpoint()
                ?.Metadata.GetOrderedMetadata<AuthorizationPolicy>()
                .Any(policy => policy.AuthenticationSchemes.Contains(CallScheme.Name)) != true
        )
            return AuthenticateResult.NoResult();
        var header = Request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { } text || !text.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return Refuse("there is no token");
        // The caller signed the raw target; one decoded path has several spellings.
        var target = Context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var (caller, problem) = await verifier.VerifyAsync(
            text[Bearer.Length..].Trim(),
            Request.Method,
            target,
            Context.RequestAborted
        );
        if (caller is null)
            return Refuse(problem ?? "there is no token");
        var identity = new ClaimsIdentity([new Claim(ClaimsIdentity.DefaultNameClaimType, caller)], CallScheme.Name);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), CallScheme.Name));
    }

    private AuthenticateResult Refuse(string reason)
    {
        Context.Features.Set(new Refusal(StatusCodes.Status401Unauthorized, reason));
        return AuthenticateResult.Fail(reason);
    }
}
