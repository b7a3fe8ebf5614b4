using Microsoft.Extensions.Logging;
using Strongroom.Audit;
using Strongroom.Unix;

namespace Strongroom.Journaling;

/// <summary>
/// The journal folder, accessible to the service's own user only. Each run of a process has its own file, named by instance and
/// boot; a file that no process holds belongs to a terminated one.
/// </summary>
internal sealed class JournalFolder
{
    private const string Suffix = ".journal";

    private JournalFolder(string path) => Path = path;

    internal string Path { get; }

    /// <summary>Opens the folder, and creates it if it is missing.</summary>
    /// <exception cref="SecretConfigurationException">The folder cannot be created, is not owned by this user, or does not
    /// survive a restart.</exception>
    internal static JournalFolder Open(string path, bool mustPersist)
    {
        try
        {
            var folder = Directory.CreateDirectory(path, UnixFile.OwnerOnlyFolder);
            if (folder.LinkTarget is not null)
                throw Fault(path, "is a symbolic link; name the folder itself");
            if (UnixFile.GetStatus(folder.FullName) is { } status && status.User != UnixFile.CurrentUser)
                throw Fault(path, $"belongs to another user (id {status.User}); run: chown {UnixFile.CurrentUser} {path}");
            if ((folder.UnixFileMode & UnixFile.OthersAny) != 0)
                throw Fault(path, "is accessible to other users; run: chmod 700 " + path);
            // A file system in memory, and the audit with it, is lost when the machine restarts.
            if (mustPersist && new DriveInfo(folder.FullName).DriveFormat is "tmpfs" or "ramfs")
                throw Fault(path, "is on a file system that does not survive a restart; use one that does");
            return new JournalFolder(folder.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fault(path, $"cannot be used ({e.GetType().Name}); it must be a folder that this user can write");
        }
    }

    /// <summary>The folder that is used if none is set.</summary>
    /// <exception cref="SecretConfigurationException">There is no folder for state.</exception>
    internal static string Default() => System.IO.Path.Combine(StateFolder.Get(Environment.GetEnvironmentVariable), "journal");

    internal static string PathOf(string folder, InstanceRow owner) =>
        System.IO.Path.Combine(folder, $"{owner.Instance}.{owner.Boot:N}{Suffix}");

    /// <exception cref="SecretConfigurationException">There is no space for the journal, or no permission to write
    /// it.</exception>
    internal Journal Create(InstanceRow owner, TimeProvider time, ILogger? logger = null, JournalCapacity? capacity = null)
    {
        capacity ??= new JournalCapacity();
        try
        {
            return Journal.Create(PathOf(Path, owner), owner, time, capacity, logger);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fault(
                Path,
                $"has no space for a journal of {capacity.FileSize >> 20} MiB ({e.GetType().Name}); free some space, or "
                    + "name another folder"
            );
        }
    }

    /// <summary>
    /// Adopts the journals of terminated processes of a service, or of every service if it is null. Incomplete files are
    /// removed.
    /// </summary>
    internal IEnumerable<Journal> TakeOver(string? service, TimeProvider time, ILogger logger)
    {
        var paths = Directory.GetFiles(Path);
        Array.Sort(paths, StringComparer.Ordinal);
        foreach (var path in paths)
        {
            if (IsUnfinished(path) && JournalFiles.TryRemoveUnfinished(path))
                Log.UnfinishedJournalRemoved(logger, path);
        }
        foreach (var path in paths)
        {
            if (!path.EndsWith(Suffix, StringComparison.Ordinal) || !IsOurs(path, logger))
                continue;
            if (Journal.TryAdopt(path, time, out var isWreck) is not { } journal)
            {
                if (isWreck)
                    Log.JournalNotTaken(
                        logger,
                        path,
                        "was truncated or damaged after its process ended; keep a copy for analysis if needed, then remove it"
                    );
                continue;
            }
            if (service is null || journal.Owner.Service == service)
                yield return journal;
            else
                journal.Dispose();
        }
    }

    private static bool IsUnfinished(string path) =>
        path.EndsWith(JournalFiles.Unfinished, StringComparison.Ordinal)
        && System.IO.Path.GetFileName(path.AsSpan()).Contains(Suffix + ".", StringComparison.Ordinal);

    private static bool IsOurs(string path, ILogger logger)
    {
        if (UnixFile.GetStatus(path) is not { } file)
            return false;
        if (file.IsRegular && file.User == UnixFile.CurrentUser)
            return true;
        Log.JournalNotTaken(
            logger,
            path,
            file.IsRegular
                ? $"belongs to another user (id {file.User}); run: chown {UnixFile.CurrentUser} {path}"
                : "is not a regular file; remove it"
        );
        return false;
    }

    private static SecretConfigurationException Fault(string path, string what) =>
        new(SecretErrorCode.SettingInvalid, $"STRONGROOM_JOURNAL_DIR: {path} {what}.");
}
