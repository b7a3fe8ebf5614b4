using System.Runtime.CompilerServices;
using static Strongroom.Audit.JournalLayout;

namespace Strongroom.Audit;

/// <summary>
/// Counts equal accesses in the mapped journal, such as the cache hits on one name in one version: an increment, and the access is
/// safe from the death of the process. Striped, so that threads do not fight over one cache line.
/// </summary>
internal sealed unsafe class HitCounter
{
    private readonly byte* _slot;
    private readonly object _lifetime;

    internal HitCounter(int index, byte* slot, object lifetime)
    {
        Index = index;
        _slot = slot;
        _lifetime = lifetime;
    }

    internal int Index { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Increment()
    {
        var stripe = Environment.CurrentManagedThreadId & (CounterStripeCount - 1);
        Interlocked.Increment(ref *(long*)(_slot + CounterStripes + (stripe * CounterStripeSize)));
        GC.KeepAlive(_lifetime);
    }
}
