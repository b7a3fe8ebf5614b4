namespace PaperRun;

/// <summary>
/// Where one run keeps everything: logs, the database, journals, and, as long as it lasts, each service's own <c>.env</c>. Open
/// to its user only. What it holds of secrets goes with the run; of one that was killed, the next run takes it away.
/// </summary>
internal sealed class RunFolder : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // There while the run lasts, and locked: the kernel lets go of it whatever becomes of the process.
    private const string LockName = "run.lock";

    private static readonly string[] s_secretFiles = [".env", "secret-id"];

    private readonly FileStream _lock;

    private RunFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    internal string Path { get; }

    internal string Database => System.IO.Path.Combine(Path, "platform.db");

    internal string Journals => Below("journals");

    internal string State => Below("state");

    internal static RunFolder Create(DirectoryInfo? chosen)
    {
        var path = chosen?.FullName
            ?? System.IO.Path.Combine(
                Directory.GetCurrentDirectory(),
                "artifacts",
                "paper-run",
                TimeProvider.System.GetUtcNow().ToString("yyyyMMdd-HHmmss", null) + "-" + Environment.ProcessId
            );
        path = Directory.CreateDirectory(path, Private).FullName;
        var held = Lock(path)
            ?? throw new PaperRunException($"Another run uses {path}. Wait for its end, or give another --folder.");
        RemoveSecrets(path);
        SweepBeside(path);
        return new RunFolder(path, held);
    }

    internal string Below(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name), Private).FullName;

    public void Dispose()
    {
        RemoveSecrets(Path);
        File.Delete(_lock.Name);
        _lock.Dispose();
    }

    /// <summary>Checks the folders of other runs: a lock that is free belongs to a run that was killed.</summary>
    private static void SweepBeside(string path)
    {
        foreach (var folder in Directory.GetParent(path)?.EnumerateDirectories() ?? [])
        {
            try
            {
                if (
                    folder.FullName == path
                    || folder.LinkTarget is not null
                    || !File.Exists(System.IO.Path.Combine(folder.FullName, LockName))
                    || Lock(folder.FullName) is not { } held
                )
                    continue;
                using (held)
                {
                    RemoveSecrets(folder.FullName);
                    File.Delete(held.Name);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another user's, or gone meanwhile: none of this run's business.
            }
        }
    }

    private static void RemoveSecrets(string path)
    {
        // No link is followed: what it leads to is not the run's.
        foreach (var folder in new DirectoryInfo(path).EnumerateDirectories().Where(folder => folder.LinkTarget is null))
            Array.ForEach(s_secretFiles, name => File.Delete(System.IO.Path.Combine(folder.FullName, name)));
    }

    private static FileStream? Lock(string path)
    {
        try
        {
            return new FileStream(
                System.IO.Path.Combine(path, LockName),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            );
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return null;
        }
    }
}
