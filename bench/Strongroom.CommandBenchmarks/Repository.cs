using System.Diagnostics;

namespace Strongroom.CommandBenchmarks;

/// <summary>The repository that this lies in, and its scripts.</summary>
internal static class Repository
{
    internal static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Strongroom.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("This runs inside its repository.");
        return folder;
    }

    internal static async Task RunAsync(string root, string program, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = root })!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }
}
