using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Strongroom.AspNetCore;

/// <summary>The authenticated caller, or the problem. The problem is for the log; the caller learns only 401.</summary>
internal readonly record struct CallCheck(string? Caller, string? Problem);

/// <summary>Checks call tokens with <c>calls/&lt;caller&gt;/&lt;this service&gt;</c>, read again for each call.</summary>
internal sealed class CallTokenVerifier(
    ISecretManager secrets,
    SecretDeclaration declaration,
    CallTokenUse use,
    TimeProvider time
)
{
    private const string CriticalHeader = "crit";

    private static readonly JsonWebTokenHandler s_tokens = new() { MaximumTokenSizeInBytes = CallToken.MaxLength };

    internal async ValueTask<CallCheck> VerifyAsync(string token, string method, string target, CancellationToken ct)
    {
        if (Parse(token) is not { } parsed)
            return new CallCheck(null, "the token is malformed");
        var issuer = parsed.Issuer;
        if (!CallKeys.IsServiceId(issuer) || declaration.Find(CallKeys.NameOf(issuer, declaration.Service)) is not { } declared)
            return new CallCheck(null, "the token is from a service whose key is not declared here");

        // The signature is checked before anything else that the token says.
        var key = await secrets.GetAsync(declared.Name, ct);
        var result = await s_tokens.ValidateTokenAsync(parsed, ParametersFor(issuer, key));
        if (!result.IsValid)
            return new CallCheck(null, ProblemOf(result.Exception));
        if (CallToken.Read(parsed) is not { } claims)
            return new CallCheck(null, "the token's claims are not those of a call");
        if (FindProblem(claims, method, target) is { } problem)
            return new CallCheck(null, problem);
        if (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !await use.TryUseAsync(claims, ct))
            return new CallCheck(null, "the token was used before");
        return new CallCheck(issuer, null);
    }

    /// <summary>In whole seconds, as the times of a token are.</summary>
    private DateTime Now => DateTime.UnixEpoch.AddSeconds(time.GetUtcNow().ToUnixTimeSeconds());

    private static JsonWebToken? Parse(string token)
    {
        if (token.Length > CallToken.MaxLength)
            return null;
        try
        {
            // RFC 7515: an extension that is critical and not understood makes the token invalid. None is understood here.
            return
                new JsonWebToken(token) is { IsEncrypted: false } parsed
                && !parsed.TryGetHeaderValue<object>(CriticalHeader, out _)
                ? parsed
                : null;
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException or JsonException or FormatException)
        {
            return null;
        }
    }

    private TokenValidationParameters ParametersFor(string issuer, Secret key) =>
        new()
        {
            IssuerSigningKey = CallKeys.ToSecurityKey(key),
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            ValidIssuer = issuer,
            ValidAudience = declaration.Service,
            IgnoreTrailingSlashWhenValidatingAudience = false,
            // The library's own validator reads the system clock.
            LifetimeValidator = (from, until, _, _) => !(from > Now + CallToken.Skew) && until >= Now - CallToken.Skew,
            LogValidationExceptions = false,
        };

    /// <summary>Returns a fixed text, since the library's message may quote the token.</summary>
    private static string ProblemOf(Exception? exception) =>
        exception switch
        {
            SecurityTokenInvalidLifetimeException => "the token is too old, or not valid yet; compare the machines' clocks",
            SecurityTokenInvalidAudienceException => "the token is for another service",
            _ => "the token's signature is not that of the caller's key",
        };

    private string? FindProblem(CallToken claims, string method, string target)
    {
        if (claims.Method != method || claims.Target != target)
            return "the token is for another method or path";
        // First, so that the sum below cannot overflow.
        if (claims.IssuedAt > time.GetUtcNow().ToUnixTimeSeconds() + (long)CallToken.Skew.TotalSeconds)
            return "the token is from the future; compare the machines' clocks";
        return claims.ExpiresAt <= claims.IssuedAt || claims.ExpiresAt > claims.IssuedAt + (long)CallToken.Life.TotalSeconds
            ? "the token is not valid for between 1 and 30 seconds"
            : null;
    }
}
