using System.Security.Cryptography;
using System.Text;
using Strongroom.Aws.Wire;
using Strongroom.Backends;

namespace Strongroom.Aws.Secrets;

/// <summary>
/// The token of a write, which becomes the version's id: the same for the same doing, so that a repeat is no second version. It
/// never tells anything of the value: where the caller has no name for what it does, the process's own key is in it.
/// </summary>
internal static class WriteToken
{
    private static readonly byte[] s_key = RandomNumberGenerator.GetBytes(32);

    /// <summary>The token of what the caller named, whatever is current by now; null where it has no name.</summary>
    internal static string? Named(SecretWrite write) =>
        write.IdempotencyKey is not { } key ? null : Hash($"strongroom\n{write.Location.StoredName}\n{write.Stage}\n{key}");

    /// <summary>The token of a change of keys, which makes no version; AWS's own clients send one all the same.</summary>
    internal static string OfKey(string path, string kmsKeyId) => Hash($"strongroom-key\n{path}\n{kmsKeyId}");

    internal static string Of(SecretWrite write, SecretVersion? from, SecretContent content)
    {
        if (Named(write) is { } named)
            return named;
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, s_key);
        hash.AppendData(Encoding.UTF8.GetBytes($"{write.Location.StoredName.Path}\n{write.Stage}\n{from}\n"));
        hash.AppendData(content.Bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
