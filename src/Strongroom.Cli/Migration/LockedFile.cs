using Strongroom.Env;
using Strongroom.Unix;

namespace Strongroom.Cli.Migration;

/// <summary>
/// Writes and removes files beside a <c>.env</c> under their folder's lock, and says what is wrong in a person's words. What a
/// stopped command left in the folder is cleared first.
/// </summary>
internal static class LockedFile
{
    internal const UnixFileMode OwnerOnly = UnixFile.OwnerOnly;
    internal const UnixFileMode Readable = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <exception cref="CommandException">It cannot be read, or is larger than such a file is.</exception>
    internal static byte[]? Read(string path, int longest)
    {
        try
        {
            return BoundedFile.Read(path, longest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Usage(
                $"{path} cannot be read: {e.Message.TrimEnd('.')}",
                "Check what is at that path, and who owns it."
            );
        }
    }

    internal static Task WriteAsync(
        string path,
        ReadOnlyMemory<byte> text,
        UnixFileMode mode,
        TimeProvider time,
        CancellationToken ct
    ) => LockedAsync(path, time, "written", () => AtomicFile.Replace(path, text.Span, mode), ct);

    /// <summary>Overwrites and removes it where <paramref name="check"/>, which runs under the lock, does not throw.</summary>
    internal static Task DestroyAsync(string path, TimeProvider time, CancellationToken ct, Func<ValueTask>? check = null) =>
        LockedAsync(path, time, "removed", () => AtomicFile.Destroy(path), ct, check);

    /// <summary>Clears what stopped commands left beside it.</summary>
    internal static Task SweepAsync(string path, TimeProvider time, CancellationToken ct) =>
        LockedAsync(path, time, "looked after", static () => { }, ct);

    /// <summary>Nothing but zeros: an older version was stopped between overwriting the file and removing it.</summary>
    internal static bool IsBlanked(string path) =>
        File.Exists(path)
        && Read(path, (int)DotenvStore.MaxBytes) is { Length: > 0 } bytes
        && bytes.AsSpan().IndexOfAnyExcept((byte)0) < 0;

    private static async Task LockedAsync(
        string path,
        TimeProvider time,
        string done,
        Action act,
        CancellationToken ct,
        Func<ValueTask>? check = null
    )
    {
        var folder = Path.GetDirectoryName(path)!;
        try
        {
            using var held = await FolderLock.AcquireAsync(folder, time, ct)
                ?? throw CommandException.Usage(
                    $"{path} is not {done}: another process has kept its folder locked for "
                        + $"{FolderLock.LongestWait.TotalSeconds} s",
                    "Run it again when that is done."
                );
            AtomicFile.Sweep(folder);
            if (check is not null)
                await check();
            act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Usage(
                $"{path} cannot be {done}: {e.Message.TrimEnd('.')}",
                "Check who owns it and its folder, and the room on the disk. Then run it again."
            );
        }
    }
}
