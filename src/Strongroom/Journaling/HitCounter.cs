using System.Runtime.CompilerServices;
using static Strongroom.Journaling.JournalLayout;

namespace Strongroom.Journaling;

/// <summary>
/// Counts equal accesses in the mapped journal, such as the cache hits on one version of a name. One increment, and the access
/// survives the death of the process. Striped, so that threads do not contend for one cache line.
/// </summary>
/// <remarks>
/// Its slot is assigned to another key only after this object has been collected, so that no increment is counted for another
/// key.
/// </remarks>
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

    /// <summary>Keeps the mapping alive as long as this object.</summary>
    internal object Lifetime { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Increment()
    {
        var stripe = Environment.CurrentManagedThreadId & (CounterStripeCount - 1);
        Interlocked.Increment(ref *(long*)(_slot + CounterStripes + (stripe * CounterStripeSize)));
        // The object must not be collected before the increment.
        GC.KeepAlive(this);
    }
}
