namespace Strongroom.Backends;

/// <summary>The reason for a read, recorded in the audit. A backend may act on it.</summary>
public enum ReadPurpose
{
    /// <summary>A caller is waiting for the value.</summary>
    Get,

    /// <summary>A refresh in the background.</summary>
    Refresh,

    /// <summary>A counterparty rejected the cached value.</summary>
    Rejected,

    /// <summary>A check that the secret can be read.</summary>
    Probe,
}

/// <summary>Selects one of the values that a backend may hold at the same time.</summary>
public enum SecretStage
{
    /// <summary>The value that readers get.</summary>
    Current,

    /// <summary>A value that is stored but not promoted yet.</summary>
    Pending,

    /// <summary>The value before the current one.</summary>
    Previous,
}

/// <summary>Requests one bundle: all its names, from one stored secret, in one version.</summary>
public sealed class SecretRequest
{
    /// <summary>Creates a request for at least one location.</summary>
    public SecretRequest(string bundle, IReadOnlyList<SecretLocation> locations, ReadPurpose purpose)
    {
        ArgumentNullException.ThrowIfNull(locations);
        Bundle = bundle;
        Locations = locations;
        Purpose = purpose;
        Path = SecretName.ParseLocation(locations[0].StoredName.Path);
    }

    /// <summary>The bundle's id.</summary>
    public string Bundle { get; }

    /// <summary>The stored secret, with the namespace and without a field.</summary>
    public SecretName Path { get; }

    /// <summary>The names in the bundle and their locations.</summary>
    public IReadOnlyList<SecretLocation> Locations { get; }

    /// <summary>The reason for the read.</summary>
    public ReadPurpose Purpose { get; }

    /// <summary>The version to read; null for the one that <see cref="Stage"/> selects.</summary>
    public SecretVersion? Version { get; init; }

    /// <summary>The stage to read. Default <see cref="SecretStage.Current"/>.</summary>
    public SecretStage Stage { get; init; }
}
