namespace Strongroom.Journaling;

/// <summary>How many counters, records and open intents a journal has; each is a KiB.</summary>
internal sealed record JournalCapacity(int Counters = JournalCapacity.UsualCounters, long Records = JournalCapacity.UsualRecords)
{
    internal const int UsualCounters = 1024;
    internal const long UsualRecords = 16_384;

    /// <summary>A name is counted by version and by source, and has two counters of last resort.</summary>
    private const int CountersForEachName = 6;

    /// <summary>How many changes may be under way at once.</summary>
    internal int Intents { get; init; } = 64;

    internal long FileSize => JournalLayout.FileSize(Counters, Records, Intents);

    /// <summary>Room for a service that declares so many names.</summary>
    internal static JournalCapacity For(int names) => new(UsualCounters + (CountersForEachName * names));
}
