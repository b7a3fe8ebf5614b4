using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;

namespace Strongroom.Unix;

/// <summary>
/// Replaces, creates and destroys files that hold secrets or state, so that an interruption leaves either the old file or the
/// new one. A file has no name while it is written, so an incomplete one disappears with its process. An interruption between
/// two names leaves a complete file that <see cref="Unfinished"/> finds and the next writer in the folder removes.
/// </summary>
internal static partial class AtomicFile
{
    /// <summary>Replaces a file, or creates it.</summary>
    /// <exception cref="IOException">The file was not written and is unchanged.</exception>
    internal static void Replace(string path, ReadOnlySpan<byte> bytes, UnixFileMode mode, UnixFileStatus? owner = null)
    {
        var folder = FolderOf(path);
        var named = NewName(folder);
        try
        {
            using (var file = Write(folder, named, bytes, mode, owner, out var hasName))
            {
                // A new file can be linked to its final name directly.
                if (!hasName && UnixFile.GetStatus(path) is null && UnixFile.TryLink(file, path))
                {
                    UnixFile.FlushFolder(folder);
                    return;
                }
                if (!hasName && !UnixFile.TryLink(file, named))
                    throw new IOException("The name of a file that was just written is taken");
            }
            File.Move(named, path, overwrite: true);
            UnixFile.FlushFolder(folder);
        }
        catch
        {
            File.Delete(named);
            throw;
        }
    }

    /// <summary>Creates a file; false if the name is taken.</summary>
    internal static bool TryCreate(string path, ReadOnlySpan<byte> bytes)
    {
        var folder = FolderOf(path);
        var named = NewName(folder);
        using var file = Write(folder, named, bytes, UnixFile.OwnerOnly, null, out var hasName);
        try
        {
            if (hasName ? !UnixFile.TryLink(named, path) : !UnixFile.TryLink(file, path))
                return false;
            UnixFile.FlushFolder(folder);
            return true;
        }
        finally
        {
            if (hasName)
                File.Delete(named);
        }
    }

    /// <summary>Renames, overwrites and deletes a file. A disk that writes elsewhere, and copies, keep their content.</summary>
    /// <exception cref="IOException">It is not a regular file, or cannot be written.</exception>
    internal static void Destroy(string path)
    {
        if (UnixFile.GetStatus(path) is not { } seen)
            return;
        if (!seen.IsRegular)
            throw new IOException("It is not a regular file");
        // From here on, an interruption leaves a temporary name for the next command to remove, never a partly overwritten file.
        var leaving = NewName(FolderOf(path));
        File.Move(path, leaving, overwrite: false);
        Erase(leaving);
        UnixFile.FlushFolder(FolderOf(path));
    }

    /// <summary>Files left behind by interrupted writes, including those of earlier versions.</summary>
    internal static IEnumerable<string> Unfinished(string folder) =>
        Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder, "*.tmp", new EnumerationOptions { AttributesToSkip = 0 })
                .Where(path => TemporaryName().IsMatch(Path.GetFileName(path)))
            : [];

    /// <summary>
    /// Removes such files. The caller holds the folder lock, so no other process is writing one. Returns the number of files
    /// that remain, since they belong to another user or cannot be removed.
    /// </summary>
    internal static int Sweep(string folder)
    {
        var kept = 0;
        foreach (var path in Unfinished(folder).ToList())
        {
            try
            {
                if (
                    UnixFile.GetStatus(path) is { IsRegular: true } left
                    && (left.User == UnixFile.CurrentUser || UnixFile.CurrentUser == 0)
                )
                    Erase(path);
                else
                    kept++;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                kept++;
            }
        }
        return kept;
    }

    private static void Erase(string path)
    {
        using (var handle = UnixFile.OpenChecked(path, static _ => { }, FileAccess.ReadWrite))
        {
            // A file with a second name is in use and must not be overwritten.
            if (handle is not null && UnixFile.GetStatus(handle) is { IsRegular: true, Links: <= 1 } left)
            {
                Span<byte> zeros = stackalloc byte[4096];
                zeros.Clear();
                for (long at = 0; at < left.Size; at += zeros.Length)
                    RandomAccess.Write(handle, zeros[..(int)Math.Min(zeros.Length, left.Size - at)], at);
                RandomAccess.FlushToDisk(handle);
            }
        }
        File.Delete(path);
    }

    private static SafeFileHandle Write(
        string folder,
        string named,
        ReadOnlySpan<byte> bytes,
        UnixFileMode mode,
        UnixFileStatus? owner,
        out bool hasName
    )
    {
        // If the file system does not support nameless files, the temporary name is one that Sweep removes.
        var nameless = UnixFile.TryCreateNameless(folder);
        hasName = nameless is null;
        var handle = nameless ?? UnixFile.CreateNew(named);
        try
        {
            if (
                owner is { } wanted
                && UnixFile.GetStatus(handle) is var made
                && (made.User, made.Group) != (wanted.User, wanted.Group)
            )
                UnixFile.SetOwner(handle, wanted.User, wanted.Group);
            UnixFile.SetMode(handle, mode);
            RandomAccess.Write(handle, bytes, 0);
            RandomAccess.FlushToDisk(handle);
            return handle;
        }
        catch
        {
            handle.Dispose();
            if (hasName)
                File.Delete(named);
            throw;
        }
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    /// <summary>An unpredictable name, so that no link can be placed there.</summary>
    private static string NewName(string folder) =>
        Path.Combine(folder, $".strongroom-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.tmp");

    [GeneratedRegex(@"^(?:\.strongroom-|\.env-|env-version\.key\.)[0-9a-f]{16}\.tmp$")]
    private static partial Regex TemporaryName();
}
