using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Strongroom.AspNetCore;

/// <summary>
/// The keys that services sign their calls with: one for each directed pair, so that no service can impersonate another.
/// </summary>
public static class CallKeys
{
    /// <summary>The minimum length of a key in bytes: that of its signature.</summary>
    public const int MinBytes = CallKeyRule.MinBytes;

    /// <summary>IdentityModel's cache of signature providers would keep keys after they expire.</summary>
    private static readonly CryptoProviderFactory s_uncached = new() { CacheSignatureProviders = false };

    /// <summary><c>calls/&lt;caller&gt;/&lt;callee&gt;</c>.</summary>
    /// <exception cref="ArgumentException">One of them is not a service id.</exception>
    public static SecretName NameOf(string caller, string callee)
    {
        if (!IsServiceId(caller) || !IsServiceId(callee))
            throw new ArgumentException("A service id is snake_case, such as risk_manager.");
        return SecretName.Parse($"{CallKeyRule.Folder}/{caller}/{callee}");
    }

    internal static bool IsServiceId(string? id) =>
        id is { Length: > 0 and <= 64 }
        && char.IsAsciiLetterLower(id[0])
        && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');

    /// <summary>What is wrong with the key, or null.</summary>
    internal static string? FindFault(Secret key) =>
        !CallKeyRule.IsShort(key.Value)
            ? null
            : $"The call key '{key.Name}' has fewer than {MinBytes} bytes. Store a random one for both services: openssl rand "
                + "-base64 32.";

    /// <exception cref="SecretConfigurationException">The key is too short.</exception>
    internal static SymmetricSecurityKey ToSecurityKey(Secret key)
    {
        if (FindFault(key) is { } fault)
            throw new SecretConfigurationException(SecretErrorCode.ValueInvalid, fault, key.Name);
        return key.Value.Reveal(0, static (utf8, _) =>
        {
            var copy = utf8.ToArray();
            var result = new SymmetricSecurityKey(copy) { CryptoProviderFactory = s_uncached };
            CryptographicOperations.ZeroMemory(copy);
            return result;
        });
    }
}
