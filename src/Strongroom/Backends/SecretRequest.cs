namespace Strongroom.Backends;

/// <summary>Why a read is made. It stands in the audit; a backend may also act on it.</summary>
public enum ReadPurpose
{
    /// <summary>A caller waits for it.</summary>
    Get,

    /// <summary>The background refresh.</summary>
    Refresh,

    /// <summary>A counterparty rejected what the cache holds.</summary>
    Rejected,

    /// <summary>Only to see whether it can be read.</summary>
    Probe,
}

/// <summary>Which of the values that a backend holds at once is meant.</summary>
public enum SecretStage
{
    /// <summary>The one that readers get.</summary>
    Current,

    /// <summary>Stored, and not yet promoted.</summary>
    Pending,

    /// <summary>The one before the current.</summary>
    Previous,
}

/// <summary>Asks for one bundle: all its names, from one secret, in one version.</summary>
public sealed class SecretRequest
{
    /// <summary>Makes one.</summary>
    public SecretRequest(string bundle, IReadOnlyList<SecretLocation> places, ReadPurpose purpose)
    {
        ArgumentNullException.ThrowIfNull(places);
        Bundle = bundle;
        Places = places;
        Purpose = purpose;
        Path = SecretName.ParseLocation(places[0].At.Path);
    }

    /// <summary>The bundle's id.</summary>
    public string Bundle { get; }

    /// <summary>The secret in the backend, namespace included, without a field.</summary>
    public SecretName Path { get; }

    /// <summary>The names in it and where each lives.</summary>
    public IReadOnlyList<SecretLocation> Places { get; }

    /// <summary>Why.</summary>
    public ReadPurpose Purpose { get; }

    /// <summary>The version, or null for what <see cref="Stage"/> says.</summary>
    public SecretVersion? Version { get; init; }

    /// <summary>The stage. Default <see cref="SecretStage.Current"/>.</summary>
    public SecretStage Stage { get; init; }
}
