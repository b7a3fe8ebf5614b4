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
    private const long MaxRecords = 1 << 20;
    private const int MaxIntents = 1024;

    internal static JournalFile Create(string path, InstanceRow owner, JournalCapacity capacity)
    {
        var stream = CreateUnfinished(path, capacity.FileSize);
        try
        {
            var bytes = Begin(stream.SafeFileHandle, owner, capacity);
            var living = JournalLiveness.Mark(path, UnixFile.GetStatus(stream.SafeFileHandle));
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

    /// <summary>Creates a journal that is lost if the process dies, for when no file can be created at run time.</summary>
    internal static JournalFile CreateInMemory(string path, InstanceRow owner, JournalCapacity capacity)
    {
        var stream = new FileStream(UnixFile.CreateInMemory("strongroom.journal"), FileAccess.ReadWrite, bufferSize: 0);
        stream.SetLength(capacity.FileSize);
        return new JournalFile(path, stream, Begin(stream.SafeFileHandle, owner, capacity), owner) { IsInMemory = true };
    }

    /// <summary>Writes the journal to a file of its name, replacing any other.</summary>
    internal static void Save(JournalFile journal) => Save(journal.Path, journal.All, []);

    /// <summary>
    /// Truncates a closed journal's file to its rows, so that it occupies no more disk space than needed until it is shipped.
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
    /// Opens the journal of a terminated process; null if a living process holds it, or it was never complete. Changes are made
    /// in memory only: a later process would repeat them, and the store skips duplicates.
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

    /// <summary>Removes the file of a process that died while creating it. False if the process is alive.</summary>
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
                || counters is < 0 or > (int)MaxRecords
                || records is < 1 or > MaxRecords
                || intents is < 0 or > MaxIntents
            )
                return null;
            var position = Math.Clamp(BitConverter.ToInt32(header, HeaderIdentityAt), HeaderIdentity, HeaderSize);
            var identity = header.AsSpan(
                position,
                Math.Clamp(BitConverter.ToInt32(header, HeaderIdentityLength), 0, HeaderSize - position)
            );
            if (InstanceRowJson.TryRead(identity) is not { } owner)
                return null;

            var bytes = JournalMapping.Empty(FileSize(counters, records, intents));
            var content = new Span<byte>(bytes.Start, (int)FileSize(counters, records, intents));
            var part = new byte[ReadAtOnce];
            for (var at = 0; at < content.Length; at += ReadAtOnce)
            {
                var wanted = part.AsSpan(0, Math.Min(ReadAtOnce, content.Length - at));
                Fill(stream.SafeFileHandle, wanted, at);
                // Most of a journal is zeros, which occupy no memory until written.
                if (wanted.ContainsAnyExcept((byte)0))
                    wanted.CopyTo(content[at..]);
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
                // Another process that cleans up may remove it between its creation and its lock.
                if (UnixFile.GetStatus(stream.Name) is { } found && found.IsSameFileAs(UnixFile.GetStatus(stream.SafeFileHandle)))
                    return Allocated(stream, size);
                stream.Dispose();
            }
            catch (IOException e) when (attempt < Attempts && e.HResult == InUse)
            {
                // The same, before the removal.
            }
        }
        throw new IOException($"The file was removed {Attempts} times while it was being made.");
    }

    /// <summary>
    /// Allocates the file. A file system may ignore the preallocation; writing zeros then allocates it, or fails.
    /// </summary>
    internal static FileStream Allocated(FileStream stream, long size)
    {
        try
        {
            stream.SetLength(size);
            var zeros = UnixFile.GetStatus(stream.SafeFileHandle).Allocated >= size ? [] : new byte[ReadAtOnce];
            for (var at = 0L; zeros.Length > 0 && at < size; at += ReadAtOnce)
                RandomAccess.Write(stream.SafeFileHandle, zeros.AsSpan(0, (int)Math.Min(ReadAtOnce, size - at)), at);
            return stream;
        }
        catch (Exception e)
        {
            File.Delete(stream.Name);
            stream.Dispose();
            // A size beyond a limit of the user or the file system is reported as an invalid argument.
            if (e is ArgumentOutOfRangeException)
                throw new IOException("The file would exceed a size limit.", e);
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

    private static void Fill(SafeFileHandle file, Span<byte> buffer, long at)
    {
        while (buffer.Length > 0)
        {
            var read = RandomAccess.Read(file, buffer, at);
            if (read == 0)
                throw new EndOfStreamException();
            buffer = buffer[read..];
            at += read;
        }
    }
}
