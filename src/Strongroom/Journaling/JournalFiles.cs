using Microsoft.Win32.SafeHandles;
using Strongroom.Audit;
using Strongroom.Unix;
using static Strongroom.Journaling.JournalLayout;

namespace Strongroom.Journaling;

/// <summary>Creates journal files and opens those of processes that died.</summary>
internal static unsafe class JournalFiles
{
    /// <summary>
    /// A file gets its name when it is whole, so one that ends like this and that no process holds is left from a crash.
    /// </summary>
    internal const string Unfinished = ".new";

    private const int Attempts = 10;
    private const int InUse = 11;
    private const int ReadAtOnce = 64 * 1024;
    private const long MostRecords = 1 << 20;
    private const int MostIntents = 1024;

    internal static JournalFile Create(string path, InstanceRow owner, JournalCapacity capacity)
    {
        var stream = CreateUnfinished(path, capacity.FileSize);
        try
        {
            var bytes = Begin(stream.SafeFileHandle, owner, capacity);
            var living = JournalLiveness.Mark(path, UnixFile.Look(stream.SafeFileHandle));
            File.Move(stream.Name, path, overwrite: true);
            return new JournalFile(path, stream, bytes, owner, living);
        }
        catch
        {
            File.Delete(stream.Name);
            stream.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A journal that a death of the process would take along: better than none where no file can be made while it runs.
    /// </summary>
    internal static JournalFile CreateInMemory(string path, InstanceRow owner, JournalCapacity capacity)
    {
        var stream = new FileStream(UnixFile.CreateInMemory("strongroom.journal"), FileAccess.ReadWrite, bufferSize: 0);
        stream.SetLength(capacity.FileSize);
        return new JournalFile(path, stream, Begin(stream.SafeFileHandle, owner, capacity), owner) { IsInMemory = true };
    }

    /// <summary>Puts what the journal holds into a file of its name, in place of whatever is there.</summary>
    internal static void Save(JournalFile journal) => Save(journal.Path, journal.All, []);

    /// <summary>
    /// Leaves of a closed journal's file what it holds: the rows. One that waits for its database takes no more of the disk than
    /// it must.
    /// </summary>
    internal static void SaveRowsOnly(JournalFile journal, long last)
    {
        var header = journal.All[..HeaderSize].ToArray();
        BitConverter.TryWriteBytes(header.AsSpan(HeaderCounters), 0);
        BitConverter.TryWriteBytes(header.AsSpan(HeaderRecords), last);
        BitConverter.TryWriteBytes(header.AsSpan(HeaderIntents), 0);
        Save(journal.Path, header, new ReadOnlySpan<byte>(journal.RecordAt(1), (int)last * RecordSize));
    }

    private static void Save(string path, ReadOnlySpan<byte> start, ReadOnlySpan<byte> rest)
    {
        using var stream = CreateUnfinished(path, start.Length + rest.Length);
        try
        {
            RandomAccess.Write(stream.SafeFileHandle, start, 0);
            RandomAccess.Write(stream.SafeFileHandle, rest, start.Length);
            File.Move(stream.Name, path, overwrite: true);
        }
        catch
        {
            File.Delete(stream.Name);
            throw;
        }
    }

    /// <summary>
    /// Opens the journal of a dead process; null where a living one holds it, or it never was whole. What is then marked in it is
    /// marked in memory only: a later process does the same again, and the store passes over it.
    /// </summary>
    internal static JournalFile? TryAdopt(string path, out bool isWreck)
    {
        isWreck = false;
        if (JournalLiveness.Has(path) || TryLock(path) is not { } stream)
            return null;
        if (TryRead(path, stream) is { } journal)
            return journal;
        isWreck = true;
        stream.Dispose();
        return null;
    }

    /// <summary>Removes what a process left that died while it made its journal. False where the process lives.</summary>
    internal static bool TryRemoveUnfinished(string path)
    {
        using var stream = TryLock(path);
        if (stream is not null)
            File.Delete(path);
        return stream is not null;
    }

    /// <summary>Reads a file into memory. It is not mapped, since truncating a mapped file would end this process.</summary>
    internal static JournalFile? TryRead(string path, FileStream stream)
    {
        try
        {
            var header = new byte[HeaderSize];
            Fill(stream.SafeFileHandle, header, 0);
            var (counters, records) = (BitConverter.ToInt32(header, HeaderCounters), BitConverter.ToInt64(header, HeaderRecords));
            var intents = BitConverter.ToInt32(header, HeaderIntents);
            if (
                BitConverter.ToUInt64(header) != Magic
                || counters is < 0 or > (int)MostRecords
                || records is < 1 or > MostRecords
                || intents is < 0 or > MostIntents
            )
                return null;
            var place = Math.Clamp(BitConverter.ToInt32(header, HeaderIdentityAt), HeaderIdentity, HeaderSize);
            var identity = header.AsSpan(
                place,
                Math.Clamp(BitConverter.ToInt32(header, HeaderIdentityLength), 0, HeaderSize - place)
            );
            if (InstanceRowJson.TryRead(identity) is not { } owner)
                return null;

            var bytes = JournalMapping.Empty(FileSize(counters, records, intents));
            var capacity = new Span<byte>(bytes.Start, (int)FileSize(counters, records, intents));
            var part = new byte[ReadAtOnce];
            for (var at = 0; at < capacity.Length; at += ReadAtOnce)
            {
                var wanted = part.AsSpan(0, Math.Min(ReadAtOnce, capacity.Length - at));
                Fill(stream.SafeFileHandle, wanted, at);
                // Most of a journal is zeros, which cost no memory as long as they are not written.
                if (wanted.ContainsAnyExcept((byte)0))
                    wanted.CopyTo(capacity[at..]);
            }
            return new JournalFile(path, stream, bytes, owner);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static JournalMapping Begin(SafeFileHandle file, InstanceRow owner, JournalCapacity capacity)
    {
        var bytes = JournalMapping.Of(file, capacity.FileSize);
        var identity = InstanceRowJson.Write(owner);
        identity.AsSpan().CopyTo(new Span<byte>(bytes.Start + HeaderIdentity, HeaderSize - HeaderIdentity));
        *(int*)(bytes.Start + HeaderCounters) = capacity.Counters;
        *(long*)(bytes.Start + HeaderRecords) = capacity.Records;
        *(int*)(bytes.Start + HeaderIntents) = capacity.Intents;
        *(int*)(bytes.Start + HeaderIdentityLength) = identity.Length;
        *(ulong*)bytes.Start = Magic;
        return bytes;
    }

    private static FileStream CreateUnfinished(string path, long size)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            try
            {
                var stream = new FileStream(
                    $"{path}.{attempt}{Unfinished}",
                    new FileStreamOptions
                    {
                        Mode = FileMode.CreateNew,
                        Access = FileAccess.ReadWrite,
                        Share = FileShare.None,
                        UnixCreateMode = UnixFile.OwnerOnly,
                        PreallocationSize = size,
                        BufferSize = 0,
                    }
                );
                // Another process that clears up may catch it between being made and being locked, and remove it.
                if (UnixFile.Look(stream.Name) is { } found && found.IsSameFileAs(UnixFile.Look(stream.SafeFileHandle)))
                    return Allocated(stream, size);
                stream.Dispose();
            }
            catch (IOException e) when (attempt < Attempts && e.HResult == InUse)
            {
                // Or be about to.
            }
        }
        throw new IOException($"The file was removed {Attempts} times while it was being made.");
    }

    /// <summary>
    /// A file system may take the wish for capacity and not fulfil it; then zeros do, or their failure says that there is none.
    /// </summary>
    internal static FileStream Allocated(FileStream stream, long size)
    {
        try
        {
            stream.SetLength(size);
            var zeros = UnixFile.Look(stream.SafeFileHandle).Allocated >= size ? [] : new byte[ReadAtOnce];
            for (var at = 0L; zeros.Length > 0 && at < size; at += ReadAtOnce)
                RandomAccess.Write(stream.SafeFileHandle, zeros.AsSpan(0, (int)Math.Min(ReadAtOnce, size - at)), at);
            return stream;
        }
        catch (Exception e)
        {
            File.Delete(stream.Name);
            stream.Dispose();
            // What a file may not grow to, because of a limit or its file system, comes as a bad argument.
            if (e is ArgumentOutOfRangeException)
                throw new IOException("No file may grow so large here.", e);
            throw;
        }
    }

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(
                path,
                new FileStreamOptions
                {
                    Mode = FileMode.Open,
                    Access = FileAccess.ReadWrite,
                    Share = FileShare.None,
                    BufferSize = 0,
                }
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Fill(SafeFileHandle file, Span<byte> capacity, long at)
    {
        while (capacity.Length > 0)
        {
            var read = RandomAccess.Read(file, capacity, at);
            if (read == 0)
                throw new EndOfStreamException();
            capacity = capacity[read..];
            at += read;
        }
    }
}
