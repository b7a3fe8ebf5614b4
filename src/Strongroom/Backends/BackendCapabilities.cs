namespace Strongroom.Backends;

/// <summary>What a backend can do, so that a caller asks instead of trying.</summary>
public sealed record BackendCapabilities
{
    /// <summary>How many requests one call may carry; those of one call succeed or hang together. Default 1.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Older versions can be read, listed and restored.</summary>
    public bool Versions { get; init; }

    /// <summary>
    /// A secret that was removed and written anew begins with the first version again, so that one value is told from another by
    /// its version and by when that was made. Default false: an id is given once.
    /// </summary>
    public bool ReusesVersions { get; init; }

    /// <summary>A deleted secret can be restored.</summary>
    public bool Restore { get; init; }

    /// <summary>How long a deleted secret can be restored. Default null: as long as nobody destroys it.</summary>
    public TimeSpan? RestoreWindow { get; init; }

    /// <summary>A value can be stored out of readers' sight and promoted later.</summary>
    public bool Pending { get; init; }

    /// <summary>Names that no declaration lists can be found.</summary>
    public bool ListsUndeclared { get; init; }

    /// <summary>The largest value in UTF-8 bytes. Default 65,536.</summary>
    public int MaxValueBytes { get; init; } = 65_536;
}
