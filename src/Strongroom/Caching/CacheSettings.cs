namespace Strongroom.Caching;

/// <summary>The times that the cache lives by.</summary>
internal sealed record CacheSettings
{
    internal TimeSpan Ttl { get; init; } = TimeSpan.FromHours(1);

    internal TimeSpan Refresh { get; init; } = TimeSpan.FromMinutes(5);

    internal TimeSpan DeniedGrace { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How far apart two proofs of a deletion must be.</summary>
    internal TimeSpan DeletionProof { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A failed refresh is tried again after this to twice this.</summary>
    internal TimeSpan FailedRefresh { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often budgets are looked at.</summary>
    internal TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Values shorter than this in bytes are refused: they could not be hidden in a text. 1 where local.</summary>
    internal int ShortestValue { get; init; } = 8;

    /// <summary>The moment at which everything is gone, whatever was validated when: the end of a break-glass. Null: none.</summary>
    internal DateTimeOffset? AllEndsAt { get; init; }

    internal static CacheSettings Of(StrongroomOptions options, DeploymentEnvironment environment, DateTimeOffset? allEndsAt = null) => new()
    {
        Ttl = options.CacheTtl,
        Refresh = options.CacheRefresh,
        DeniedGrace = options.DeniedGrace,
        ShortestValue = environment == DeploymentEnvironment.Local ? 1 : 8,
        AllEndsAt = allEndsAt,
    };
}
