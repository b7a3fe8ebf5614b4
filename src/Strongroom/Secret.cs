using Strongroom.Bundles;

namespace Strongroom;

/// <summary>One secret as the backend last confirmed it. Shared by all readers: never dispose its <see cref="Value"/>.</summary>
public sealed class Secret
{
    internal Secret(
        SecretName name,
        SecretValue value,
        SecretVersion version,
        DateTimeOffset? createdAt,
        string bundle,
        VersionIdentity? identity = null
    )
    {
        Name = name;
        Value = value;
        Version = version;
        CreatedAt = createdAt;
        Bundle = bundle;
        VersionIdentity = identity ?? new VersionIdentity(version, null);
    }

    /// <summary>The name it was asked for by.</summary>
    public SecretName Name { get; }

    /// <summary>The value. It ends an hour after it was last validated; ask again instead of keeping it.</summary>
    public SecretValue Value { get; }

    /// <summary>The version; all secrets of one bundle share it.</summary>
    public SecretVersion Version { get; }

    /// <summary>When this version was made, where the backend knows.</summary>
    public DateTimeOffset? CreatedAt { get; }

    /// <summary>The bundle: secrets that change together.</summary>
    public string Bundle { get; }

    /// <summary>
    /// Whether both were read as the same value. Equal versions do not say so: a secret that was removed and written anew may
    /// have the first version again.
    /// </summary>
    public bool IsSameVersion(Secret other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Bundle == other.Bundle && VersionIdentity == other.VersionIdentity;
    }

    /// <summary>What the cache tells values apart by.</summary>
    internal VersionIdentity VersionIdentity { get; }

    /// <summary>Name and version; never the value.</summary>
    public override string ToString() => $"{Name} (version {Version})";
}
