using System.Diagnostics;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Published;

/// <summary>
/// The delivered file, in an empty folder of its own. It is taken as it is where it was made from these very sources; else CI
/// makes it, which takes minutes, and a laptop skips.
/// </summary>
internal static class PublishedFile
{
    private static readonly Lazy<Task<string?>> s_path = new(FindAsync);

    /// <summary>The file, alone in a folder.</summary>
    internal static async Task<string> RequireAsync()
    {
        var path = await s_path.Value;
        Assert.SkipWhen(path is null, "artifacts/strongroom is not of these sources. Run: make strongroom");
        return path!;
    }

    private static async Task<string?> FindAsync()
    {
        var root = RepositoryRoot.Path;
        var made = Path.Combine(root, "artifacts", "strongroom");
        var sources = (await RunAsync(root, "sources")).Trim();
        var stamp = made + ".sources";
        if (!File.Exists(made) || !File.Exists(stamp) || (await File.ReadAllTextAsync(stamp)).Trim() != sources)
        {
            if (Environment.GetEnvironmentVariable("CI") != "true")
                return null;
            await RunAsync(root);
        }
        var folder = Directory.CreateTempSubdirectory("strongroom-alone-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var alone = Path.Combine(folder, "strongroom");
        File.Copy(made, alone);
        return alone;
    }

    private static async Task<string> RunAsync(string root, params string[] arguments)
    {
        using var script = Process.Start(
            new ProcessStartInfo(Path.Combine(root, "eng", "strongroom.sh"), arguments)
            {
                WorkingDirectory = root,
                RedirectStandardOutput = true,
            }
        )!;
        var output = await script.StandardOutput.ReadToEndAsync();
        await script.WaitForExitAsync();
        return script.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"eng/strongroom.sh ended with {script.ExitCode}.");
    }
}
