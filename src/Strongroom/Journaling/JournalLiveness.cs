using Strongroom.Unix;

namespace Strongroom.Journaling;

/// <summary>
/// Tells living journals from dead ones without opening them, since that would drive the owner out of its file: each living one
/// holds one byte of a file in the folder, the byte of its inode number. Only a hint: who takes a journal over locks it besides.
/// </summary>
internal static class JournalLiveness
{
    internal const string FileName = ".living";

    /// <summary>
    /// Marks a journal as living until the result is disposed or the process ends; null where locks cannot be had.
    /// </summary>
    internal static IDisposable? Mark(string journalPath, UnixFileFacts journal)
    {
        FileStream? marks = null;
        try
        {
            marks = Open(journalPath, FileMode.OpenOrCreate);
            UnixRangeLock.Take(marks.SafeFileHandle, ByteOf(journal));
            return marks;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            marks?.Dispose();
            return null;
        }
    }

    internal static bool Has(string journalPath)
    {
        try
        {
            if (UnixFile.Look(journalPath) is not { } journal)
                return false;
            using var marks = Open(journalPath, FileMode.Open);
            return UnixRangeLock.IsTaken(marks.SafeFileHandle, ByteOf(journal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static FileStream Open(string journalPath, FileMode mode) =>
        new(
            Path.Combine(Path.GetDirectoryName(journalPath)!, FileName),
            new FileStreamOptions
            {
                Mode = mode,
                Access = FileAccess.ReadWrite,
                Share = FileShare.ReadWrite | FileShare.Delete,
                UnixCreateMode = mode == FileMode.OpenOrCreate ? UnixFile.OwnerOnly : null,
                BufferSize = 0,
            }
        );

    private static long ByteOf(UnixFileFacts journal) => (long)(journal.Inode & (long.MaxValue >> 1));
}
