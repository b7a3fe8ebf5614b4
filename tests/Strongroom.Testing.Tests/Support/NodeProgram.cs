using System.ComponentModel;
using System.Diagnostics;

namespace Strongroom.Testing.Tests;

/// <summary>Node.js programs. Where node is missing, a laptop skips the test and CI fails it.</summary>
internal static class NodeProgram
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task InstallAsync(string folder)
    {
        var installed = new FileInfo(Path.Combine(folder, "node_modules", ".package-lock.json"));
        if (installed.Exists && installed.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(folder, "package-lock.json")))
            return;
        var (exit, _, errors) = await RunAsync(folder, "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], []);
        if (exit != 0)
            Miss($"npm ci did not work: {errors}");
    }

    public static async Task<(int Exit, string Out, string Errors)> RunAsync(
        string folder, string program, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        try
        {
            using var process = Process.Start(start)!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(Ct), process.StandardError.ReadToEndAsync(Ct));
            await process.WaitForExitAsync(Ct);
            return (process.ExitCode, await output, await errors);
        }
        catch (Win32Exception e)
        {
            Miss($"{program} is not on this machine: {e.Message}");
            throw;
        }
    }

    private static void Miss(string reason)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(reason);
        Assert.Skip(reason);
    }
}
