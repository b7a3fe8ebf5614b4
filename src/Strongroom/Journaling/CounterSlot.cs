namespace Strongroom.Journaling;

/// <summary>One room for counting, as long as it is one key's.</summary>
internal sealed class CounterSlot(int index, CounterKey key, long before)
{
    internal int Index => index;

    internal CounterKey Key => key;

    /// <summary>What the room had counted for others before.</summary>
    internal long Before => before;

    /// <summary>Who counts hits in it. Once it is collected, no thread can.</summary>
    internal WeakReference<HitCounter>? Reader { get; set; }

    /// <summary>
    /// When the last row of its kind was written out, on the monotonic clock; null where hits are all that it counts.
    /// </summary>
    internal long? RowAt { get; set; }

    /// <summary>When it last counted something that is no hit.</summary>
    internal long CountedAt { get; set; }
}
