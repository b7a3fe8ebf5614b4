using System.Runtime.CompilerServices;
using static Strongroom.Journaling.JournalLayout;

namespace Strongroom.Journaling;

/// <summary>
/// Counts equal accesses in the mapped journal, such as the cache hits on one name in one version: an increment, and the access
/// is safe from the death of the process. Striped, so that threads do not fight over one cache line.
/// </summary>
/// <remarks>Its room is given to another name only when no reference to this object is left, so that no increment is ever another
/// name's.</remarks>
internal sealed unsafe class HitCounter
{
    private readonly byte* _slot;

    internal HitCounter(int index, byte* slot, object lifetime)
    {
        Index = index;
        _slot = slot;
        Lifetime = lifetime;
    }

    internal int Index { get; }

    /// <summary>The mapping, which lives as long as who counts in it.</summary>
    internal object Lifetime { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Increment()
    {
        var stripe = Environment.CurrentManagedThreadId & (CounterStripeCount - 1);
        Interlocked.Increment(ref *(long*)(_slot + CounterStripes + (stripe * CounterStripeSize)));
        // The object must stay reachable until the increment is done.
        GC.KeepAlive(this);
    }
}
