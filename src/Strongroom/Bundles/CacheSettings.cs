namespace Strongroom.Bundles;

/// <summary>The times that the cache lives by.</summary>
internal sealed record CacheSettings
{
    /// <summary>What is left of the budget when it is warned of, the least first.</summary>
    internal static readonly TimeSpan[] Warnings =
    [
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(15),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromMinutes(45),
    ];

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

    /// <summary>When everything is gone, whatever was validated when: the end of a break-glass. Null: none.</summary>
    internal WallDeadline? AllExpire { get; init; }

    /// <summary>
    /// With so little left no new work is permitted: 20 minutes of an hour; a shorter TTL keeps the proportion, or nothing would
    /// ever be.
    /// </summary>
    internal TimeSpan RestrictedFloor => Ttl / 3;

    /// <summary>With so little left a service may end what is under way: 5 minutes of an hour.</summary>
    internal TimeSpan CancellingFloor => Ttl / 12;

    /// <summary>
    /// How many marks are passed with so much left: each has an effect, and the wall clock alone brings none about.
    /// </summary>
    internal int MarksPassed(TimeSpan left)
    {
        var passed = (left <= RestrictedFloor ? 1 : 0) + (left <= CancellingFloor ? 1 : 0);
        foreach (var mark in Warnings)
            passed += left <= mark ? 1 : 0;
        return passed;
    }

    internal static CacheSettings Of(
        StrongroomOptions options,
        DeploymentEnvironment environment,
        WallDeadline? allExpire = null
    ) =>
        new()
        {
            Ttl = options.CacheTtl,
            Refresh = options.CacheRefresh,
            DeniedGrace = options.DeniedGrace,
            ShortestValue = environment == DeploymentEnvironment.Local ? 1 : 8,
            AllExpire = allExpire,
        };
}
