using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Strongroom.AspNetCore;

/// <summary>The keys that services sign their calls with: one for each directed pair, so that no other service can speak in a
/// caller's name.</summary>
public static class CallKeys
{
    /// <summary>The fewest bytes of a key: as many as its signature has.</summary>
    public const int MinBytes = 32;

    private const string Folder = "calls";

    /// <summary>IdentityModel's own cache of signature providers would keep keys past their hour.</summary>
    private static readonly CryptoProviderFactory s_uncached = new() { CacheSignatureProviders = false };

    /// <summary><c>calls/&lt;caller&gt;/&lt;callee&gt;</c>.</summary>
    /// <exception cref="ArgumentException">One of them is no service id.</exception>
    public static SecretName NameOf(string caller, string callee)
    {
        if (!IsServiceId(caller) || !IsServiceId(callee))
            throw new ArgumentException("A service id is snake_case, such as risk_manager.");
        return SecretName.Parse($"{Folder}/{caller}/{callee}");
    }

    internal static bool IsServiceId(string? id) =>
        id is { Length: > 0 and <= 64 }
        && char.IsAsciiLetterLower(id[0])
        && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');

    internal static bool IsKey(SecretName name) =>
        name.Path.Split('/') is [Folder, var caller, var callee] && IsServiceId(caller) && IsServiceId(callee);

    /// <summary>What is wrong with the key, or null.</summary>
    internal static string? FindFault(Secret key) =>
        key.Value.ByteCount >= MinBytes
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
