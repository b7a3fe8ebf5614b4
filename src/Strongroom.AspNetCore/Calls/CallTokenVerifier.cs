using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Strongroom.AspNetCore;

/// <summary>Who calls, or why that is not known. The problem is for our log; the caller learns only 401.</summary>
internal readonly record struct CallCheck(string? Caller, string? Problem);

/// <summary>Checks call tokens with <c>calls/&lt;caller&gt;/&lt;this service&gt;</c>, read again for each call.</summary>
internal sealed class CallTokenVerifier(
    ISecretManager secrets,
    SecretDeclaration declaration,
    CallTokenUse use,
    TimeProvider time
)
{
    private static readonly JsonWebTokenHandler s_tokens = new() { MaximumTokenSizeInBytes = CallToken.MaxLength };

    internal async ValueTask<CallCheck> VerifyAsync(string token, string method, string target, CancellationToken ct)
    {
        if (Parse(token) is not { } parsed)
            return new CallCheck(null, "the token is malformed");
        if (
            !CallKeys.IsServiceId(parsed.Issuer)
            || declaration.Find(CallKeys.NameOf(parsed.Issuer, declaration.Service)) is not { } declared
        )
            return new CallCheck(null, "the token is from a service whose key is not declared here");

        // The signature is checked first: nothing else that the token says is told apart before.
        var result = await s_tokens.ValidateTokenAsync(
            parsed,
            ParametersFor(parsed.Issuer, await secrets.GetAsync(declared.Name, ct))
        );
        if (!result.IsValid)
            return new CallCheck(null, ProblemOf(result.Exception));
        if (CallToken.Read(parsed) is not { } claims)
            return new CallCheck(null, "the token's claims are not those of a call");
        if (FindProblem(claims, method, target) is { } problem)
            return new CallCheck(null, problem);
        if (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !await use.TryUseAsync(claims, ct))
            return new CallCheck(null, "the token was used before");
        return new CallCheck(claims.Issuer, null);
    }

    /// <summary>In whole seconds, as the times of a token are.</summary>
    private DateTime Now => DateTime.UnixEpoch.AddSeconds(time.GetUtcNow().ToUnixTimeSeconds());

    private static JsonWebToken? Parse(string token)
    {
        if (token.Length > CallToken.MaxLength)
            return null;
        try
        {
            return new JsonWebToken(token) is { IsEncrypted: false } parsed ? parsed : null;
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException)
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
            // Its own looks at the system's clock.
            LifetimeValidator = (from, until, _, _) => !(from > Now + CallToken.Skew) && until >= Now - CallToken.Skew,
            LogValidationExceptions = false,
        };

    /// <summary>In our words: an exception of the library may quote the token.</summary>
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
        if (claims.ExpiresAt - claims.IssuedAt is not (> 0 and var life) || life > (long)CallToken.Life.TotalSeconds)
            return "the token is valid for too long";
        return DateTime.UnixEpoch.AddSeconds(claims.IssuedAt) > Now + CallToken.Skew
            ? "the token is from the future; compare the machines' clocks"
            : null;
    }
}
