using Strongroom.Audit;
using static Strongroom.Journaling.JournalLayout;

namespace Strongroom.Journaling;

/// <summary>
/// Irrevocable operations in progress. Intents are stored beside the ring, so that they do not delay shipping, and become one
/// row each when their outcome is known, or is known to remain unknown.
/// </summary>
internal sealed unsafe partial class Journal
{
    /// <summary>The id of the intent in each slot; 0 if the slot is free.</summary>
    private readonly long[] _intents;
    private long _lastIntent;
    private int _openIntents;

    internal bool HasCapacityForIntent
    {
        get
        {
            lock (_gate)
                return _openIntents < _intents.Length;
        }
    }

    /// <summary>Stores an intent and reserves capacity for its outcome. Returns 0 if there is no capacity.</summary>
    internal long TryIntend(in JournalRecord record)
    {
        var id = Interlocked.Increment(ref _lastIntent);
        Span<byte> encoded = stackalloc byte[RecordSize];
        JournalCodec.Encode(encoded, record with { Outcome = AccessOutcome.Unknown, Intent = id });
        lock (_gate)
        {
            var slot = Array.IndexOf(_intents, 0L);
            if (_closed || slot < 0 || Free <= (record.MayUseReserve ? 0 : _reserve))
                return 0;
            _file.WriteIntent(slot, id, encoded);
            _intents[slot] = id;
            _openIntents++;
            return id;
        }
    }

    /// <summary>
    /// Records an outcome in the reserved capacity. False if the journal has been closed: the outcome is then unknown.
    /// </summary>
    internal bool TryEndIntent(long id, in JournalRecord record)
    {
        Span<byte> encoded = stackalloc byte[RecordSize];
        JournalCodec.Encode(encoded, record with { Intent = id });
        lock (_gate)
        {
            var slot = Array.IndexOf(_intents, id);
            if (slot < 0)
                return false;
            // The record is written first: if the process dies in between, the record identifies the intent that it completes.
            Append(encoded);
            Forget(slot);
            return true;
        }
    }

    /// <summary>Removes an intent, since nothing was done or it is recorded otherwise.</summary>
    internal void WithdrawIntent(long id)
    {
        lock (_gate)
        {
            var slot = Array.IndexOf(_intents, id);
            if (slot >= 0)
                Forget(slot);
        }
    }

    private void Forget(int slot)
    {
        _file.ClearIntent(slot);
        _intents[slot] = 0;
        _openIntents--;
    }

    private void FindIntents()
    {
        for (var slot = 0; slot < _intents.Length; slot++)
        {
            if (!_file.TryReadIntent(slot, out var id, out _))
                continue;
            _intents[slot] = id;
            _openIntents++;
        }
    }

    /// <summary>Completes all intents as unknown.</summary>
    private void EndIntents()
    {
        for (var slot = 0; slot < _intents.Length; slot++)
        {
            if (_intents[slot] != 0 && _file.TryReadIntent(slot, out var id, out var record))
                TryEndIntent(id, record);
        }
    }

    /// <summary>Copies the intents to the new file; the old one must not complete them.</summary>
    private void MoveIntents(JournalFile fresh)
    {
        Span<byte> encoded = stackalloc byte[RecordSize];
        for (var slot = 0; slot < _intents.Length; slot++)
        {
            if (_intents[slot] == 0 || !_file.TryReadIntent(slot, out var id, out var record))
                continue;
            JournalCodec.Encode(encoded, record);
            fresh.WriteIntent(slot, id, encoded);
        }
    }

    private static void DropIntents(JournalFile left)
    {
        for (var slot = 0; slot < left.Intents; slot++)
            left.ClearIntent(slot);
    }
}
