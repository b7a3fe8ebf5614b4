using Strongroom.Audit;
using Strongroom.Unix;
using static Strongroom.Journaling.JournalLayout;

namespace Strongroom.Journaling;

/// <summary>
/// The bytes of one journal: a file that is fully allocated (writing to a sparse one would kill the process when the disk is
/// full), locked against other processes, and mapped, so that what was written survives the death of the process.
/// </summary>
internal sealed unsafe class JournalFile : IDisposable
{
    private readonly FileStream _stream;
    private readonly IDisposable? _living;
    private JournalMapping _bytes;
    private bool _isLeased;

    internal JournalFile(string path, FileStream stream, JournalMapping bytes, InstanceRow owner, IDisposable? living = null)
    {
        Path = path;
        _stream = stream;
        _bytes = bytes;
        _living = living;
        Owner = owner;
    }

    internal string Path { get; }

    internal InstanceRow Owner { get; private set; }

    /// <summary>Whether it is lost when the process ends, since no file could be created.</summary>
    internal bool IsInMemory { get; init; }

    internal int Counters => Read<int>(HeaderCounters);

    internal long Records => Read<long>(HeaderRecords);

    internal int Intents => Read<int>(HeaderIntents);

    internal Span<byte> All => new(_bytes.Start, (int)FileSize(Counters, Records, Intents));

    /// <summary>The last sequence that the store is known to have.</summary>
    internal long Shipped
    {
        get => Volatile.Read(ref *(long*)(_bytes.Start + HeaderShipped));
        set => Volatile.Write(ref *(long*)(_bytes.Start + HeaderShipped), value);
    }

    /// <summary>Keeps the mapping alive for objects that point into it.</summary>
    internal object Lifetime => _bytes;

    internal byte* CounterAt(int index) => _bytes.Start + HeaderSize + ((long)index * CounterSize);

    /// <summary>The slot of a sequence. The records form a ring, so it may hold an earlier record.</summary>
    internal byte* RecordAt(long sequence) =>
        _bytes.Start + HeaderSize + ((long)Counters * CounterSize) + ((sequence - 1) % Records * RecordSize);

    internal bool TryReadRecord(long sequence, out JournalRecord record) =>
        JournalCodec.TryDecode(new ReadOnlySpan<byte>(RecordAt(sequence), RecordSize), sequence, out record);

    /// <summary>Writes an encoded record, overwriting the one a round earlier.</summary>
    internal void WriteRecord(long sequence, Span<byte> encoded) => Write(RecordAt(sequence), sequence, encoded);

    /// <summary>Writes an encoded record that stands as it is if the process dies.</summary>
    internal void WriteIntent(int index, long id, Span<byte> encoded) => Write(IntentAt(index), id, encoded);

    internal void ClearIntent(int index) => Volatile.Write(ref *(long*)(IntentAt(index) + RecordSequence), 0);

    internal bool TryReadIntent(int index, out long id, out JournalRecord record)
    {
        id = *(long*)(IntentAt(index) + RecordSequence);
        record = default;
        return id != 0 && JournalCodec.TryDecode(new ReadOnlySpan<byte>(IntentAt(index), RecordSize), id, out record);
    }

    /// <summary>
    /// Sets who acts, once that is known. Possible once, since there is one second slot; until then the first name applies.
    /// </summary>
    internal void Name(string actor)
    {
        Owner = Owner with { Actor = actor };
        var identity = InstanceRowJson.Write(Owner);
        if (
            Read<int>(HeaderIdentityAt) != 0
            || HeaderIdentity + Read<int>(HeaderIdentityLength) > HeaderSecondIdentity
            || identity.Length > HeaderSize - HeaderSecondIdentity
        )
            return;
        identity.AsSpan().CopyTo(new Span<byte>(_bytes.Start + HeaderSecondIdentity, HeaderSize - HeaderSecondIdentity));
        // Length and position are adjacent and change atomically.
        Volatile.Write(ref *(long*)(_bytes.Start + HeaderIdentityLength), ((long)HeaderSecondIdentity << 32) + identity.Length);
    }

    /// <summary>Asks to be told before another program opens or truncates the file. False where one has it open now.</summary>
    /// <exception cref="IOException">The file system cannot promise that.</exception>
    internal bool TryLease() => _isLeased = _isLeased || UnixLease.TryTake(_stream.SafeFileHandle);

    /// <summary>Whether another program waits to open or truncate the file, or has done so.</summary>
    internal bool IsDisturbed => _isLeased && !UnixLease.IsUndisturbed(_stream.SafeFileHandle);

    /// <summary>Whether the name no longer leads to this file, so that a later process would not find it.</summary>
    internal bool IsLost =>
        !IsInMemory
        && (UnixFile.GetStatus(Path) is not { } found || !found.IsSameFileAs(UnixFile.GetStatus(_stream.SafeFileHandle)));

    /// <summary>
    /// Takes over the mapping of another file: what is written to it from now on goes to this one. The bytes of the other file
    /// are final.
    /// </summary>
    internal void TakePlaceOf(JournalFile other)
    {
        other._bytes.Change(_stream.SafeFileHandle);
        _bytes = other._bytes;
    }

    /// <summary>The content of the file itself, regardless of what is mapped; null if it is incomplete.</summary>
    internal JournalFile? Copy() => JournalFiles.TryRead(Path, _stream);

    /// <summary>Releases the lock. The bytes remain readable for objects that point to them.</summary>
    public void Dispose()
    {
        // The mapping keeps the file open, and thereby the lease.
        if (_isLeased && !_stream.SafeFileHandle.IsClosed)
            UnixLease.GiveUp(_stream.SafeFileHandle);
        _stream.Dispose();
        _living?.Dispose();
    }

    /// <summary>Deletes the file, since all of its rows have been shipped.</summary>
    internal void Delete()
    {
        if (!IsInMemory)
            File.Delete(Path);
        Dispose();
    }

    private static void Write(byte* slotStart, long number, Span<byte> encoded)
    {
        JournalCodec.Seal(encoded, number);
        encoded[RecordChecksum..].CopyTo(new Span<byte>(slotStart + RecordChecksum, RecordSize - RecordChecksum));
        Volatile.Write(ref *(long*)(slotStart + RecordSequence), number);
    }

    private byte* IntentAt(int index) => _bytes.Start + FileSize(Counters, Records) + ((long)index * RecordSize);

    private T Read<T>(int offset)
        where T : unmanaged => *(T*)(_bytes.Start + offset);
}
