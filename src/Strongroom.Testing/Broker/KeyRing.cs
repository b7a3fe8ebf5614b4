using System.Security.Cryptography;
using System.Text;

namespace Strongroom.Testing;

/// <summary>Who may come in. Keeps keyed hashes, never a secret, and compares in fixed time.</summary>
internal sealed class KeyRing
{
    private readonly byte[] hashKey = RandomNumberGenerator.GetBytes(32);
    private readonly Lock gate = new();
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);

    public void Add(KeyPair pair, BrokerAccount account)
    {
        lock (gate)
            if (!entries.TryAdd(pair.KeyId, new Entry(Hash(pair.Secret), account)))
                throw new ArgumentException($"The key id {pair.KeyId} is known already; a revoked one is not given out again.");
    }

    public bool Revoke(string keyId)
    {
        lock (gate)
            return entries.TryGetValue(keyId, out var entry) && !entry.Revoked && (entry.Revoked = true);
    }

    /// <summary>Takes the access from a pair, which then gets another answer than a revoked one.</summary>
    public bool Forbid(string keyId)
    {
        lock (gate)
            return entries.TryGetValue(keyId, out var entry) && !entry.Forbidden && (entry.Forbidden = true);
    }

    public bool IsForbidden(string keyId)
    {
        lock (gate)
            return entries.TryGetValue(keyId, out var entry) && entry is { Forbidden: true, Revoked: false };
    }

    /// <summary>
    /// A revoked id was given out too, so it may be named in a record; what was never given out may be a secret.
    /// </summary>
    public bool Knows(string keyId)
    {
        lock (gate)
            return entries.ContainsKey(keyId);
    }

    public BrokerAccount? Open(string keyId, string secret)
    {
        Entry? entry;
        lock (gate)
            entry = entries.GetValueOrDefault(keyId);
        // An unknown id costs a comparison too.
        var equal = CryptographicOperations.FixedTimeEquals(Hash(secret), entry?.Hash ?? hashKey);
        return equal && entry is { Revoked: false, Forbidden: false } ? entry.Account : null;
    }

    private byte[] Hash(string secret) => HMACSHA256.HashData(hashKey, Encoding.UTF8.GetBytes(secret));

    private sealed class Entry(byte[] hash, BrokerAccount account)
    {
        public byte[] Hash => hash;

        public BrokerAccount Account => account;

        public bool Revoked { get; set; }

        public bool Forbidden { get; set; }
    }
}
