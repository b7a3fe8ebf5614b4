using Strongroom.Unix;

namespace Strongroom.Journaling;

/// <summary>
/// Detects journals of living processes without opening them, since that would make the owner leave its file: each living one
/// locks one byte of a file in the folder, at the offset of its inode number. Only a hint: adopting a journal also locks it.
/// </summary>
internal static class JournalLiveness
{
    internal const string FileName = ".living";

    /// <summary>
    /// Marks a journal as in use until the result is disposed or the process ends; null if locks are not supported.
    /// </summary>
    internal static IDisposable? Mark(string journalPath, UnixFileStatus journal)
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
            if (UnixFile.GetStatus(journalPath) is not { } journal)
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

    private static long ByteOf(UnixFileStatus journal) => (long)(journal.Inode & (long.MaxValue >> 1));
}
