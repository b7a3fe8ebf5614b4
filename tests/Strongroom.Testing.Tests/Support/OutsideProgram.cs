using System.ComponentModel;
using System.Diagnostics;

namespace Strongroom.Testing.Tests;

/// <summary>Programs that are not ours. Where one is missing, a laptop skips the test and CI fails it.</summary>
internal static class OutsideProgram
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<(int Exit, string Out, string Errors)> RunAsync(
        string folder,
        string program,
        IEnumerable<string> arguments,
        Dictionary<string, string> environment
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
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

    public static void Miss(string reason)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(reason);
        Assert.Skip(reason);
    }
}
