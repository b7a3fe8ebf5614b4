namespace Strongroom.Backends;

/// <summary>The capabilities of a backend.</summary>
public sealed record BackendCapabilities
{
    /// <summary>
    /// The maximum number of requests in one call. Default 1. The requests of one call share its latency and its failures.
    /// </summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Whether older versions can be read, listed and restored.</summary>
    public bool Versions { get; init; }

    /// <summary>
    /// Whether a secret that was removed and created again starts over at the first version. If so, values are distinguished by
    /// their version and its creation time. Default false: a version id is unique.
    /// </summary>
    public bool ReusesVersions { get; init; }

    /// <summary>Whether a deleted secret can be restored.</summary>
    public bool Restore { get; init; }

    /// <summary>How long a deleted secret can be restored. Default null: until it is destroyed.</summary>
    public TimeSpan? RestoreWindow { get; init; }

    /// <summary>Whether a value can be stored as pending, invisible to readers, and promoted later.</summary>
    public bool Pending { get; init; }

    /// <summary>Whether listing finds names that no declaration contains.</summary>
    public bool ListsUndeclared { get; init; }

    /// <summary>The maximum size of a value in UTF-8 bytes. Default 65,536.</summary>
    public int MaxValueBytes { get; init; } = 65_536;
}
