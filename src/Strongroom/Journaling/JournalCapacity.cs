namespace Strongroom.Journaling;

/// <summary>The number of counters, records and open intents of a journal, 1 KiB each.</summary>
internal sealed record JournalCapacity(
    int Counters = JournalCapacity.DefaultCounters,
    long Records = JournalCapacity.DefaultRecords
)
{
    internal const int DefaultCounters = 1024;
    internal const long DefaultRecords = 16_384;

    /// <summary>A name is counted by version and source, and has two counters in reserve.</summary>
    private const int CountersForEachName = 6;

    /// <summary>The maximum number of concurrent changes.</summary>
    internal int Intents { get; init; } = 64;

    internal long FileSize => JournalLayout.FileSize(Counters, Records, Intents);

    /// <summary>The capacity for a service that declares this many names.</summary>
    internal static JournalCapacity For(int names) => new(DefaultCounters + (CountersForEachName * names));
}
