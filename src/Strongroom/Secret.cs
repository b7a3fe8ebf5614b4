using Strongroom.Bundles;

namespace Strongroom;

/// <summary>
/// A secret as the backend last confirmed it. Instances are shared by all readers: never dispose their <see cref="Value"/>.
/// </summary>
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

    /// <summary>The name by which the secret was requested.</summary>
    public SecretName Name { get; }

    /// <summary>
    /// The value. It expires an hour after it was last validated: request it at each use instead of storing it.
    /// </summary>
    public SecretValue Value { get; }

    /// <summary>The version; all secrets of one bundle share it.</summary>
    public SecretVersion Version { get; }

    /// <summary>When this version was created; null if the backend does not know.</summary>
    public DateTimeOffset? CreatedAt { get; }

    /// <summary>The bundle: the secrets that are rotated together.</summary>
    public string Bundle { get; }

    /// <summary>
    /// Whether both secrets hold the same stored value. Equal versions do not imply that: a secret that was removed and created
    /// again may start over at the first version.
    /// </summary>
    public bool IsSameVersion(Secret other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Bundle == other.Bundle && VersionIdentity == other.VersionIdentity;
    }

    /// <summary>What distinguishes values in the cache.</summary>
    internal VersionIdentity VersionIdentity { get; }

    /// <summary>Name and version; never the value.</summary>
    public override string ToString() => $"{Name} (version {Version})";
}
