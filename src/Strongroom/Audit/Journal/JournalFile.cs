using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using static Strongroom.Audit.JournalLayout;

namespace Strongroom.Audit;

/// <summary>
/// The bytes of one journal: a file that is truly allocated (a sparse one would kill the process when the disk is full), locked
/// against every other process, and mapped, so that what was written survives the death of the process.
/// </summary>
/// <remarks>
/// The mapping ends with the last object that points into it, never on <see cref="Dispose"/>: a reader may be counting a hit at
/// that moment.
/// </remarks>
internal sealed unsafe class JournalFile : IDisposable
{
    private readonly FileStream _stream;
    private readonly SafeMemoryMappedViewHandle _view;
    private readonly byte* _start;

    private JournalFile(FileStream stream, SafeMemoryMappedViewHandle view)
    {
        _stream = stream;
        _view = view;
        byte* start = null;
        view.AcquirePointer(ref start);
        _start = start;
    }

    internal string Path => _stream.Name;

    internal int Counters => Read<int>(HeaderCounters);

    internal long Records => Read<long>(HeaderRecords);

    /// <summary>The last sequence that the store is known to have.</summary>
    internal long Shipped
    {
        get => Volatile.Read(ref *(long*)(_start + HeaderShipped));
        set => Volatile.Write(ref *(long*)(_start + HeaderShipped), value);
    }

    internal InstanceRow Owner { get; private set; } = null!;

    /// <summary>Keeps the mapping alive for whoever points into it.</summary>
    internal object Lifetime => _view;

    internal static JournalFile Create(string path, InstanceRow owner, int counters, long records)
    {
        var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            PreallocationSize = FileSize(counters, records),
            BufferSize = 0,
        });
        try
        {
            stream.SetLength(FileSize(counters, records));
            var file = Map(stream);
            file.Write(HeaderCounters, counters);
            file.Write(HeaderRecords, records);
            var identity = JsonSerializer.SerializeToUtf8Bytes(owner, JournalJson.Default.InstanceRow);
            identity.AsSpan().CopyTo(file.Span(HeaderIdentity, HeaderSize - HeaderIdentity));
            file.Write(HeaderIdentityLength, identity.Length);
            file.Write(0, Magic);
            file.Owner = owner;
            return file;
        }
        catch
        {
            stream.Dispose();
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Opens the journal of a dead process; null where a living one holds it, or it never was whole.</summary>
    internal static JournalFile? TryAdopt(string path)
    {
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                BufferSize = 0,
            });
            if (stream.Length < HeaderSize)
                return Abandon(stream);
            var file = Map(stream);
            if (file.Read<ulong>(0) != Magic || stream.Length < FileSize(file.Counters, file.Records))
                return Abandon(stream);
            var identity = Encoding.UTF8.GetString(file.Span(HeaderIdentity, Math.Clamp(file.Read<int>(HeaderIdentityLength), 0, HeaderSize - HeaderIdentity)));
            file.Owner = JsonSerializer.Deserialize(identity, JournalJson.Default.InstanceRow)!;
            return file.Owner is null ? Abandon(stream) : file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return Abandon(stream);
        }

        static JournalFile? Abandon(FileStream? stream)
        {
            stream?.Dispose();
            return null;
        }
    }

    internal T Read<T>(int offset)
        where T : unmanaged => *(T*)(_start + offset);

    internal void Write<T>(int offset, T value)
        where T : unmanaged => *(T*)(_start + offset) = value;

    internal Span<byte> Span(int offset, int length) => new(_start + offset, length);

    internal byte* CounterAt(int index) => _start + HeaderSize + ((long)index * CounterSize);

    /// <summary>The room for a sequence: a ring, so the room is that of the record one round earlier.</summary>
    internal byte* RecordAt(long sequence) => _start + HeaderSize + ((long)Counters * CounterSize) + ((sequence - 1) % Records * RecordSize);

    internal bool TryReadRecord(long sequence, out JournalRecord record) =>
        JournalCodec.TryDecode(new ReadOnlySpan<byte>(RecordAt(sequence), RecordSize), sequence, out record);

    internal void WriteRecord(long sequence, in JournalRecord record)
    {
        var room = RecordAt(sequence);
        JournalCodec.Encode(new Span<byte>(room, RecordSize), record, sequence);
        Volatile.Write(ref *(long*)(room + RecordSequence), sequence);
    }

    /// <summary>Frees the lock. The bytes stay readable for those who still point to them.</summary>
    public void Dispose() => _stream.Dispose();

    /// <summary>Removes the file: everything in it is in the store.</summary>
    internal void Delete()
    {
        File.Delete(Path);
        Dispose();
    }

    private static JournalFile Map(FileStream stream)
    {
        using var mapped = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        // Not disposed: the view's handle unmaps when the last object that points into it is collected.
        var accessor = mapped.CreateViewAccessor();
        return new JournalFile(stream, accessor.SafeMemoryMappedViewHandle);
    }
}
