using System.Security.Cryptography;
using System.Text;

namespace Strongroom.Vault.Auth;

/// <summary>What one login shows: an identity, and the secret that proves it, as its source has it now.</summary>
internal sealed class LoginCredential(string? identity, SecretValue? secret, bool ownsSecret) : IDisposable
{
    internal string? Identity => identity;

    internal SecretValue? Secret => secret;

    /// <summary>Tells whether it is still the same, under a key, and nothing else.</summary>
    internal byte[] Fingerprint(byte[] key, string where)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(Encoding.UTF8.GetBytes($"{where}\n{identity}\n"));
        secret?.Reveal(hash, static (utf8, hash) =>
        {
            hash.AppendData(utf8);
            return 0;
        });
        return hash.GetHashAndReset();
    }

    public void Dispose()
    {
        if (ownsSecret)
            secret?.Dispose();
    }
}
