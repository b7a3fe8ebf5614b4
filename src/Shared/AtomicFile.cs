using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;

namespace Strongroom.Unix;

/// <summary>
/// Writes and ends files that hold secrets or state, so that a stop in the middle leaves the old file or the new one. A file has
/// no name while it is written, so an unfinished one ends with its process. What a stop between two names can leave is complete,
/// has a name of <see cref="Unfinished"/>, and is cleared by the next writer in that folder.
/// </summary>
internal static partial class AtomicFile
{
    /// <summary>Puts a file in the place of another one, or where there is none.</summary>
    /// <exception cref="IOException">It was not written; what was there is as it was.</exception>
    internal static void Replace(string path, ReadOnlySpan<byte> bytes, UnixFileMode mode, UnixFileFacts? owner = null)
    {
        var folder = FolderOf(path);
        var named = NewName(folder);
        try
        {
            using (var file = Write(folder, named, bytes, mode, owner, out var hasName))
            {
                // The first file of its name needs no second one.
                if (!hasName && UnixFile.Look(path) is null && UnixFile.TryLink(file, path))
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

    /// <summary>Makes a file; false where the name is taken, by whomever.</summary>
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

    /// <summary>
    /// Takes the file out of its place, overwrites and removes it. A disk that writes elsewhere, and copies that others made,
    /// keep what they have.
    /// </summary>
    /// <exception cref="IOException">It is no regular file, or cannot be written.</exception>
    internal static void Destroy(string path)
    {
        if (UnixFile.Look(path) is not { } seen)
            return;
        if (!seen.IsRegular)
            throw new IOException("It is no regular file");
        // From here on a stop leaves a name that the next command clears, and nothing half overwritten in the file's own place.
        var leaving = NewName(FolderOf(path));
        File.Move(path, leaving, overwrite: false);
        Erase(leaving);
        UnixFile.FlushFolder(FolderOf(path));
    }

    /// <summary>Files that a stopped write left, those of older versions too.</summary>
    internal static IEnumerable<string> Unfinished(string folder) =>
        Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder, "*.tmp", new EnumerationOptions { AttributesToSkip = 0 })
                .Where(path => LeftName().IsMatch(Path.GetFileName(path)))
            : [];

    /// <summary>
    /// Clears them; the caller holds the folder's lock, so no other process is writing one. How many stay, since they are not
    /// ours.
    /// </summary>
    internal static int Sweep(string folder)
    {
        var kept = 0;
        foreach (var path in Unfinished(folder).ToList())
        {
            try
            {
                if (
                    UnixFile.Look(path) is { IsRegular: true } left
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
            // A second name is that of a file in use, which is not to be emptied.
            if (handle is not null && UnixFile.Look(handle) is { IsRegular: true, Links: <= 1 } left)
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
        UnixFileFacts? owner,
        out bool hasName
    )
    {
        // Where the file system knows no file without a name, its name is one that is swept.
        var nameless = UnixFile.TryCreateNameless(folder);
        hasName = nameless is null;
        var handle = nameless ?? UnixFile.CreateNew(named);
        try
        {
            if (
                owner is { } wanted
                && UnixFile.Look(handle) is var made
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

    /// <summary>A name that nobody guesses, so nobody can put a link in its place.</summary>
    private static string NewName(string folder) =>
        Path.Combine(folder, $".strongroom-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.tmp");

    [GeneratedRegex(@"^(?:\.strongroom-|\.env-|env-version\.key\.)[0-9a-f]{16}\.tmp$")]
    private static partial Regex LeftName();
}
