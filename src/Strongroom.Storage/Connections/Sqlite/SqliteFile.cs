namespace Strongroom.Storage.Sqlite;

/// <summary>Creates the file accessible to its owner only, and refuses one that others can access.</summary>
internal static class SqliteFile
{
    private const UnixFileMode OthersAny =
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
            CreateFolder(Path.GetDirectoryName(path)!);
            if (!File.Exists(path))
                CreateFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fault(path, "cannot be created. Use a folder that this user may write.");
        }
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & OthersAny) != 0)
            throw Fault(path, "is accessible to other users. Restrict it with 'chmod 600'.");
    }

    internal static SecretConfigurationException Fault(string path, string fault) =>
        new(SecretErrorCode.SettingInvalid, $"DATABASE_PATH: {path} {fault}");

    private static void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
            return;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static void CreateFile(string path)
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
