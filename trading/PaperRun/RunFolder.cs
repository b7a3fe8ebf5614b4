namespace PaperRun;

/// <summary>Where one run keeps everything: logs, the database, journals, and each service's own <c>.env</c>. Open to its user only.</summary>
internal sealed class RunFolder
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private RunFolder(string path) => Path = path;

    internal string Path { get; }

    internal string Database => System.IO.Path.Combine(Path, "platform.db");

    internal string Journals => Below("journals");

    internal string State => Below("state");

    internal static RunFolder Create(DirectoryInfo? chosen)
    {
        var path = chosen?.FullName ?? System.IO.Path.Combine(
            Directory.GetCurrentDirectory(), "artifacts", "paper-run", TimeProvider.System.GetUtcNow().ToString("yyyyMMdd-HHmmss", null) + "-" + Environment.ProcessId);
        return new RunFolder(Directory.CreateDirectory(path, Private).FullName);
    }

    internal string Below(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name), Private).FullName;
}
