using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Strongroom.Vault.Kv;

/// <summary>
/// KV v1 has no versions, so a keyed hash of the whole map replaces one: it detects a change. The key is the
/// process's, so that a version in a log cannot be used to test passwords, and after a restart the same map has another
/// version.
/// </summary>
internal sealed class ContentVersion
{
    // Made when it is needed, since that loads OpenSSL, which a KV v2 over plain loopback never needs.
    private readonly Lazy<byte[]> _key = new(() => RandomNumberGenerator.GetBytes(32));

    internal SecretVersion Of(JsonElement fields)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key.Value, JsonMarshal.GetRawUtf8Value(fields), hash);
        return new SecretVersion("kv1-" + Convert.ToHexStringLower(hash[..12]));
    }
}
