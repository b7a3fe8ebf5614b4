using Strongroom.Audit;

namespace Strongroom.Caching;

/// <summary>What the manager and the two outer layers pass inwards: which names of which bundle.</summary>
internal sealed class BundleRead(BundleCell cell, int[] indices)
{
    internal BundleCell Cell { get; } = cell;

    /// <summary>The positions of the wanted names in the bundle.</summary>
    internal int[] Indices { get; } = indices;
}

/// <summary>What comes back: the whole bundle, and where it came from.</summary>
internal readonly record struct Served(BundleSnapshot Snapshot, AccessSource Source);

/// <summary>A layer that answers reads of one bundle.</summary>
internal interface IBundleReader
{
    ValueTask<Served> ReadAsync(BundleRead read, CancellationToken ct);
}
