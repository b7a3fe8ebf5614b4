using System.Diagnostics;

namespace Repository.Tests;

/// <summary>The checkout that this build came from.</summary>
internal static class RepositoryFiles
{
    private static readonly string[] s_made = ["artifacts", "bin", "obj", "node_modules", ".git"];

    internal static string Root { get; } = FindRoot();

    /// <summary>
    /// <c>debug</c> or <c>release</c>: the neighbours' output is looked at in the configuration of these tests.
    /// </summary>
    internal static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Name;

    internal static string PathTo(string relative) => Path.Combine(Root, relative);

    internal static string Read(string relative) =>
        File.Exists(PathTo(relative))
            ? File.ReadAllText(PathTo(relative))
            : throw new FileNotFoundException($"{relative} is missing.");

    /// <summary>What people wrote, by paths from the root; build output is left out.</summary>
    internal static IEnumerable<string> Find(string folder, params string[] patterns) =>
        patterns.SelectMany(pattern => Walk(new DirectoryInfo(PathTo(folder)), pattern)).Order(StringComparer.Ordinal);

    /// <summary>Every project, by path from the root.</summary>
    internal static IEnumerable<string> Projects() => Find("", "*.csproj");

    /// <summary>Runs git at the root and gives its exit code and output.</summary>
    internal static (int ExitCode, string Output) Git(params string[] arguments)
    {
        using var git = Process.Start(
            new ProcessStartInfo("git", arguments) { WorkingDirectory = Root, RedirectStandardOutput = true }
        )!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return (git.ExitCode, output);
    }

    private static IEnumerable<string> Walk(DirectoryInfo folder, string pattern)
    {
        foreach (var file in folder.EnumerateFiles(pattern))
            yield return Path.GetRelativePath(Root, file.FullName);
        foreach (var inner in folder.EnumerateDirectories().Where(inner => !s_made.Contains(inner.Name)))
        {
            foreach (var file in Walk(inner, pattern))
                yield return file;
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Strongroom.slnx")))
            folder = folder.Parent;
        return folder?.FullName
            ?? throw new InvalidOperationException(
                "These tests read the repository that they were built in; no folder above them holds Strongroom.slnx."
            );
    }
}
