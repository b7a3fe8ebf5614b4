namespace Strongroom.Journaling;

/// <summary>A counter in the journal while it is assigned to one key.</summary>
internal sealed class CounterSlot(int index, CounterKey key, long before)
{
    internal int Index => index;

    internal CounterKey Key => key;

    /// <summary>The total that the counter had reached for earlier keys.</summary>
    internal long Before => before;

    /// <summary>The object that counts hits. Once it is collected, no thread can count any more.</summary>
    internal WeakReference<HitCounter>? Reader { get; set; }

    /// <summary>When the last row of its kind was written, on the monotonic clock; null if it only counts hits.</summary>
    internal long? RowAt { get; set; }

    /// <summary>When it last counted something other than a hit.</summary>
    internal long CountedAt { get; set; }
}
