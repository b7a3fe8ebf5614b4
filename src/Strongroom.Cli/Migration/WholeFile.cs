using System.Security.Cryptography;
using Strongroom.Env;

namespace Strongroom.Cli.Migration;

/// <summary>Writes and removes files as a whole, so that a stop in the middle leaves the old one or the new one.</summary>
internal static class WholeFile
{
    internal const UnixFileMode OwnerOnly = UnixFile.OwnerOnly;
    internal const UnixFileMode Readable = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    internal static void Write(string path, ReadOnlySpan<byte> text, UnixFileMode mode)
    {
        var folder = Path.GetDirectoryName(path)!;
        var fresh = Path.Combine(folder, $".strongroom-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.tmp");
        try
        {
            using (var stream = UnixFile.CreateOwnerOnly(fresh))
            {
                UnixFile.SetMode(stream.SafeFileHandle, mode);
                stream.Write(text);
                stream.Flush(flushToDisk: true);
            }
            File.Move(fresh, path, overwrite: true);
            UnixFile.FlushFolder(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(fresh);
            throw CommandException.Usage($"{path} cannot be written: {e.Message.TrimEnd('.')}", "Check who owns the folder, and the room on its disk.");
        }
    }

    /// <summary>Overwrites and removes. A disk that writes elsewhere, and copies that others made, keep what they have.</summary>
    internal static void Destroy(string path)
    {
        try
        {
            using (var handle = UnixFile.OpenChecked(path, static file => RefuseOther(file), FileAccess.ReadWrite))
            {
                if (handle is null)
                    return;
                var size = UnixFile.Look(handle).Size;
                RandomAccess.Write(handle, new byte[size], 0);
                RandomAccess.FlushToDisk(handle);
            }
            File.Delete(path);
            UnixFile.FlushFolder(Path.GetDirectoryName(path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Usage($"{path} cannot be removed: {e.Message.TrimEnd('.')}", "Check who owns the file and its folder, then run it again.");
        }
    }

    private static void RefuseOther(UnixFileFacts file)
    {
        if (!file.IsRegular)
            throw new IOException("It is no regular file");
    }
}
