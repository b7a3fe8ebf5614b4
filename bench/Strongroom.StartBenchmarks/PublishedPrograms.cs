using System.Diagnostics;

namespace Strongroom.StartBenchmarks;

/// <summary>The repository that this lies in, and what it publishes in each mode.</summary>
internal static class PublishedPrograms
{
    /// <summary>As <c>publish.proj</c> knows them; the last one runs only where it is named.</summary>
    internal static IReadOnlyList<string> Modes { get; } = ["jit", "readytorun", "nativeaot", "il"];

    internal static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Strongroom.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("This runs inside its repository.");
        return folder;
    }

    internal static string PathOf(string root, string mode, string program)
    {
        var publish = Path.Combine(root, "artifacts", "start", mode, "publish", program);
        // With a runtime identifier, the folder is named after it too.
        var folder = Directory.Exists(publish)
            ? Directory.EnumerateDirectories(publish, "release*").Order(StringComparer.Ordinal).LastOrDefault()
            : null;
        return Path.Combine(folder ?? publish, program);
    }

    /// <summary>Publishes programs. In mode <c>nativeaot</c> one that publishes with a warning is missing afterwards.</summary>
    internal static async Task PublishAsync(string root, string mode, IEnumerable<string> programs, CancellationToken ct)
    {
        using var process = Process.Start(
            new ProcessStartInfo(
                "dotnet",
                [
                    "build",
                    Path.Combine(root, "bench", "Strongroom.StartHosts", "publish.proj"),
                    $"-p:Mode={mode}",
                    // A semicolon would end the property.
                    $"-p:Only={string.Join("%3B", programs)}",
                    "--nologo",
                    "--verbosity",
                    "quiet",
                ]
            )
        )!;
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0 && mode != "nativeaot")
            throw new InvalidOperationException($"Publishing in mode {mode} ended with {process.ExitCode}.");
    }

    /// <summary>What else the machine does: a median says little without it.</summary>
    internal static string Load() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3));
}
