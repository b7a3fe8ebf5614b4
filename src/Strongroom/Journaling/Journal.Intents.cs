using Strongroom.Audit;
using static Strongroom.Journaling.JournalLayout;

namespace Strongroom.Journaling;

/// <summary>
/// What is about to be done and cannot be taken back. It lies beside the ring, so it holds up nothing that is shipped, and
/// becomes one row when its outcome is known, or when it can no longer become known.
/// </summary>
internal sealed unsafe partial class Journal
{
    /// <summary>The id of the intent in each place; 0 where there is none.</summary>
    private readonly long[] _intents;
    private long _lastIntent;
    private int _openIntents;

    internal bool HasRoomForIntent
    {
        get
        {
            lock (_gate)
                return _openIntents < _intents.Length;
        }
    }

    /// <summary>Writes down what is about to be done, and keeps room for how it ends. 0: there is no room.</summary>
    internal long TryIntend(in JournalRecord record)
    {
        var id = Interlocked.Increment(ref _lastIntent);
        Span<byte> encoded = stackalloc byte[RecordSize];
        JournalCodec.Encode(encoded, record with { Outcome = AccessOutcome.Unknown, Intent = id });
        lock (_gate)
        {
            var place = Array.IndexOf(_intents, 0L);
            if (_closed || place < 0 || Free <= (record.MayUseReserve ? 0 : _reserve))
                return 0;
            _file.WriteIntent(place, id, encoded);
            _intents[place] = id;
            _openIntents++;
            return id;
        }
    }

    /// <summary>
    /// Writes how it ended, in the room that was kept for it. False where the journal was closed before: it counts as unknown.
    /// </summary>
    internal bool TryEndIntent(long id, in JournalRecord record)
    {
        Span<byte> encoded = stackalloc byte[RecordSize];
        JournalCodec.Encode(encoded, record with { Intent = id });
        lock (_gate)
        {
            var place = Array.IndexOf(_intents, id);
            if (place < 0)
                return false;
            // The record first: a death in between leaves both, and the record says which intent it ends.
            Append(encoded);
            Forget(place);
            return true;
        }
    }

    /// <summary>Nothing was done, or it is recorded otherwise.</summary>
    internal void WithdrawIntent(long id)
    {
        lock (_gate)
        {
            var place = Array.IndexOf(_intents, id);
            if (place >= 0)
                Forget(place);
        }
    }

    private void Forget(int place)
    {
        _file.ClearIntent(place);
        _intents[place] = 0;
        _openIntents--;
    }

    private void FindIntents()
    {
        for (var place = 0; place < _intents.Length; place++)
        {
            if (!_file.TryReadIntent(place, out var id, out _))
                continue;
            _intents[place] = id;
            _openIntents++;
        }
    }

    /// <summary>How these ended can no longer become known.</summary>
    private void EndIntents()
    {
        for (var place = 0; place < _intents.Length; place++)
        {
            if (_intents[place] != 0 && _file.TryReadIntent(place, out var id, out var record))
                TryEndIntent(id, record);
        }
    }

    /// <summary>They go on in the fresh file, and the one that is left must not end them.</summary>
    private void TakeIntentsAlong(JournalFile fresh)
    {
        Span<byte> encoded = stackalloc byte[RecordSize];
        for (var place = 0; place < _intents.Length; place++)
        {
            if (_intents[place] == 0 || !_file.TryReadIntent(place, out var id, out var record))
                continue;
            JournalCodec.Encode(encoded, record);
            fresh.WriteIntent(place, id, encoded);
        }
    }

    private static void DropIntents(JournalFile left)
    {
        for (var place = 0; place < left.Intents; place++)
            left.ClearIntent(place);
    }
}
