using Strongroom.Audit;

namespace Strongroom.Bundles;

/// <summary>What the manager and the two outer layers pass inwards: which names of which bundle.</summary>
internal sealed class BundleRead(CachedBundle cached, int[] indices)
{
    internal CachedBundle Cached { get; } = cached;

    /// <summary>The positions of the wanted names in the bundle.</summary>
    internal int[] Indices { get; } = indices;
}

/// <summary>What comes back: the whole bundle, and where it came from.</summary>
internal readonly record struct BundleReadResult(BundleSnapshot Snapshot, AccessSource Source);

/// <summary>A layer that answers reads of one bundle.</summary>
internal interface IBundleReader
{
    ValueTask<BundleReadResult> ReadAsync(BundleRead read, CancellationToken ct);
}
