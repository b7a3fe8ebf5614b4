namespace Strongroom.Audit;

/// <summary>How many counters and records a journal has; each is a KiB.</summary>
internal sealed record JournalRoom(int Counters = JournalRoom.UsualCounters, long Records = JournalRoom.UsualRecords)
{
    internal const int UsualCounters = 1024;
    internal const long UsualRecords = 16_384;
}
