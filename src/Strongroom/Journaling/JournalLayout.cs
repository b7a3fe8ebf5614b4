namespace Strongroom.Journaling;

/// <summary>
/// The layout of a journal file: a header, counters, a ring of records and open intents. All have a fixed size, so that the file
/// is allocated once and a record is located by its sequence.
/// </summary>
internal static class JournalLayout
{
    internal const ulong Magic = 0x31304C4E524A5253; // "SRJRNL01"

    internal const int HeaderSize = 4096;
    internal const int HeaderCounters = 8;
    internal const int HeaderRecords = 16;
    internal const int HeaderShipped = 24;
    internal const int HeaderIdentityLength = 32;
    internal const int HeaderIdentityAt = 36; // 0 in files of older programs, which had one place for it
    internal const int HeaderIntents = 40; // 0 in files of older programs, which had none
    internal const int HeaderIdentity = 64;
    internal const int HeaderSecondIdentity = 2080; // where it is written again, so that no crash leaves half of one

    internal const int CounterSize = 1024;
    internal const int CounterInUse = 0;
    internal const int CounterSource = 4;
    internal const int CounterFolded = 8;
    internal const int CounterFoldedAt = 16;
    internal const int CounterNameLength = 24;
    internal const int CounterVersionLength = 26;
    internal const int CounterOperation = 28;
    internal const int CounterOutcome = 29;
    internal const int CounterError = 32;
    internal const int CounterStripes = 64;
    internal const int CounterStripeCount = 4;
    internal const int CounterStripeSize = 64; // one cache line each, so that two threads do not fight over one
    internal const int CounterName = 320;
    internal const int CounterVersion = 832;

    internal const int RecordSize = 1024;
    internal const int RecordSequence = 0;
    internal const int RecordChecksum = 8;
    internal const int RecordOperation = 12;
    internal const int RecordOutcome = 13;
    internal const int RecordSource = 14;
    internal const int RecordError = 16;
    internal const int RecordCounter = 20;
    internal const int RecordFirstAt = 24;
    internal const int RecordLastAt = 32;
    internal const int RecordCount = 40;
    internal const int RecordDuration = 48;
    internal const int RecordCountedUpTo = 56;
    internal const int RecordNameLength = 64;
    internal const int RecordVersionLength = 66;
    internal const int RecordRequestIdLength = 67;
    internal const int RecordBackendLength = 68;
    internal const int RecordText = 72;
    internal const int RecordIntent = 1016;

    internal const int MaxRequestId = 128;
    internal const int MaxBackend = 16;

    internal static long FileSize(long counters, long records, long intents = 0) =>
        HeaderSize + (counters * CounterSize) + ((records + intents) * RecordSize);
}
