using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Strongroom.AspNetCore;

/// <summary>Who calls, or why that is not known. The problem is for our log; the caller learns only 401.</summary>
internal readonly record struct CallCheck(string? Caller, string? Problem);

/// <summary>Checks call tokens with <c>calls/&lt;caller&gt;/&lt;this service&gt;</c>, read anew for each call.</summary>
internal sealed class CallTokenVerifier(
    ISecretManager secrets,
    SecretDeclaration declaration,
    CallTokenUse use,
    TimeProvider time
)
{
    private const string Scheme = "Bearer ";

    internal ValueTask<CallCheck> VerifyAsync(HttpContext context, CancellationToken ct)
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { } text || !text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return ValueTask.FromResult(new CallCheck(null, "there is no token"));
        // The raw target is what the caller signed; the decoded path has several spellings.
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        return VerifyAsync(text[Scheme.Length..].Trim(), context.Request.Method, target, ct);
    }

    internal async ValueTask<CallCheck> VerifyAsync(string token, string method, string target, CancellationToken ct)
    {
        if (CallToken.Parse(token) is not var (claims, signed, mac))
            return new CallCheck(null, "the token is malformed");
        if (
            !CallKeys.IsServiceId(claims.Issuer)
            || declaration.Find(CallKeys.NameOf(claims.Issuer, declaration.Service)) is not { } declared
        )
            return new CallCheck(null, "the token is from a service whose key is not declared here");

        var key = await secrets.GetAsync(declared.Name, ct);
        // Compared before anything else that the token says is believed or told apart.
        if (!CryptographicOperations.FixedTimeEquals(mac, CallToken.MacOf(signed, key.Value)))
            return new CallCheck(null, "the token's signature is not that of the caller's key");
        if (FindProblem(claims, method, target) is { } problem)
            return new CallCheck(null, problem);
        if (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !await use.TryUseAsync(claims, ct))
            return new CallCheck(null, "the token was used before");
        return new CallCheck(claims.Issuer, null);
    }

    private string? FindProblem(CallToken claims, string method, string target)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var skew = (long)CallToken.Skew.TotalSeconds;
        if (claims.Audience != declaration.Service)
            return "the token is for another service";
        if (claims.Method != method || claims.Target != target)
            return "the token is for another method or path";
        if (claims.ExpiresAt - claims.IssuedAt is not (> 0 and var life) || life > (long)CallToken.Life.TotalSeconds)
            return "the token is valid for too long";
        if (claims.IssuedAt > now + skew)
            return "the token is from the future; compare the machines' clocks";
        return claims.ExpiresAt + skew < now ? "the token is too old" : null;
    }
}
