namespace Strongroom.Storage.Sqlite;

/// <summary>Makes the file closed to all others, and refuses one that is not.</summary>
internal static class SqliteFile
{
    private const UnixFileMode OfOthers =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    internal static void Prepare(string path)
    {
        if (Directory.Exists(path))
            throw Fault(path, "is a folder. Name a file in it.");
        try
        {
            MakeFolder(Path.GetDirectoryName(path)!);
            if (!File.Exists(path))
                MakeFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fault(path, "cannot be made there. Give a folder that exists or can be made, and that this user may write.");
        }
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & OfOthers) != 0)
            throw Fault(path, "is open to others. Close it with 'chmod 600'.");
    }

    internal static SecretConfigurationException Fault(string path, string fault) =>
        new(SecretErrorCode.SettingInvalid, $"DATABASE_PATH: {path} {fault}");

    private static void MakeFolder(string folder)
    {
        if (Directory.Exists(folder))
            return;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static void MakeFile(string path)
    {
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            // CreateNew, since opening and closing a file that SQLite holds open would drop this process's locks on it.
            using var made = new FileStream(path, how);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster.
        }
    }
}
