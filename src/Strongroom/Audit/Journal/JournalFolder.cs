namespace Strongroom.Audit;

/// <summary>
/// Where journals lie: a folder of the service's own user, closed to everybody else. Each life of a process has a file of its own,
/// named by instance and boot; a file that nobody holds is that of a process that died.
/// </summary>
internal sealed class JournalFolder
{
    private const string Suffix = ".journal";
    private const UnixFileMode OpenToOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private JournalFolder(string path) => Path = path;

    internal string Path { get; }

    /// <summary>Opens the folder, making it where it is missing.</summary>
    /// <exception cref="SecretConfigurationException">It cannot be made, is no folder of ours, or would not last.</exception>
    internal static JournalFolder Open(string path, bool mustLast)
    {
        try
        {
            var folder = Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            if (folder.LinkTarget is not null)
                throw Fault(path, "is a symbolic link; name the folder itself");
            if ((folder.UnixFileMode & OpenToOthers) != 0)
                throw Fault(path, "is open to others; run: chmod 700 " + path);
            // What lies in memory is gone after a restart of the machine, and the audit with it.
            if (mustLast && new DriveInfo(folder.FullName).DriveFormat is "tmpfs" or "ramfs")
                throw Fault(path, "is on a file system that does not outlive a restart; name one that does");
            return new JournalFolder(folder.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fault(path, $"cannot be used ({e.GetType().Name}); it must be a folder that this user can write");
        }
    }

    /// <summary>The folder that is used where none is set.</summary>
    internal static string Default()
    {
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        if (string.IsNullOrEmpty(state))
            state = System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        return System.IO.Path.Combine(state, "strongroom", "journal");
    }

    /// <exception cref="SecretConfigurationException">There is no room for it, or no right to write it.</exception>
    internal Journal Create(InstanceRow owner, TimeProvider time)
    {
        try
        {
            return Journal.Create(System.IO.Path.Combine(Path, $"{owner.Instance}.{owner.Boot:N}{Suffix}"), owner, time);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fault(Path, $"has no room for a journal of 17 MiB ({e.GetType().Name}); free some space, or name another folder");
        }
    }

    /// <summary>The journals of dead processes of a service; of every service where none is named.</summary>
    internal IEnumerable<Journal> TakeOver(string? service, TimeProvider time)
    {
        foreach (var path in Directory.EnumerateFiles(Path, "*" + Suffix).Order(StringComparer.Ordinal))
        {
            if (Journal.TryAdopt(path, time) is not { } journal)
                continue;
            if (service is null || journal.Owner.Service == service)
                yield return journal;
            else
                journal.Dispose();
        }
    }

    private static SecretConfigurationException Fault(string path, string what) =>
        new(SecretErrorCode.SettingInvalid, $"STRONGROOM_JOURNAL_DIR: {path} {what}.");
}
