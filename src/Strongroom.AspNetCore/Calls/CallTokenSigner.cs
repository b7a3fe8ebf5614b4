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

    /// <summary>Creates a signer for the calls of <paramref name="service"/>.</summary>
    public CallTokenSigner(ISecretManager secrets, string service, TimeProvider time)
    {
        _secrets = secrets;
        _service = service;
        _time = time;
    }

    /// <summary>
    /// Creates the token for one call: a JWT that is valid for 30 seconds, for that callee, method and target (path and query as
    /// they are sent). Any method but GET and HEAD uses it up.
    /// </summary>
    /// <exception cref="ArgumentException">The target is too long.</exception>
    /// <exception cref="SecretException">The key is unavailable or too short.</exception>
    public async ValueTask<string> SignAsync(string callee, HttpMethod method, string target, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(target);
        if (target.Length > CallToken.MaxTargetLength)
            throw TooLong();
        var key = await _secrets.GetAsync(CallKeys.NameOf(_service, callee), ct);
        var now = _time.GetUtcNow().UtcDateTime;
        var token = s_tokens.CreateToken(
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
        // Characters that JSON escapes take more than their own room.
        return token.Length <= CallToken.MaxLength ? token : throw TooLong();

        static ArgumentException TooLong() =>
            new($"A call's path and query have at most {CallToken.MaxTargetLength} characters.", nameof(target));
    }
}
