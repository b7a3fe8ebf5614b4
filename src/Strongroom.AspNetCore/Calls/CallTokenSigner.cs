using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Strongroom.AspNetCore;

/// <summary>
/// Signs calls to other services with <c>calls/&lt;this service&gt;/&lt;callee&gt;</c>, read again for each call.
/// </summary>
public sealed class CallTokenSigner
{
    private static readonly JsonWebTokenHandler s_tokens = new() { SetDefaultTimesOnTokenCreation = false };

    private readonly ISecretManager _secrets;
    private readonly string _service;
    private readonly TimeProvider _time;

    /// <summary>Makes one for the service that <paramref name="service"/> names.</summary>
    public CallTokenSigner(ISecretManager secrets, string service, TimeProvider time)
    {
        _secrets = secrets;
        _service = service;
        _time = time;
    }

    /// <summary>
    /// Gives a token for one call, a JWT: valid for 30 seconds, for that callee, method and target (path and query as they are
    /// sent), and used up by one call that changes something.
    /// </summary>
    /// <exception cref="SecretException">The key cannot be had, or is too short.</exception>
    public async ValueTask<string> SignAsync(string callee, HttpMethod method, string target, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(target);
        if (target.Length > CallToken.MaxTargetLength)
            throw new ArgumentException(
                $"A call's path and query have at most {CallToken.MaxTargetLength} characters.",
                nameof(target)
            );
        var key = await _secrets.GetAsync(CallKeys.NameOf(_service, callee), ct);
        var now = _time.GetUtcNow().UtcDateTime;
        return s_tokens.CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = _service,
                Audience = callee,
                IssuedAt = now,
                Expires = now + CallToken.Life,
                Claims = new Dictionary<string, object>
                {
                    [CallToken.MethodClaim] = method.Method,
                    [CallToken.TargetClaim] = target,
                    [JwtRegisteredClaimNames.Jti] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)),
                },
                SigningCredentials = new SigningCredentials(CallKeys.ToSecurityKey(key), SecurityAlgorithms.HmacSha256),
            }
        );
    }
}
