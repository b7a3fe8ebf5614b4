using System.Diagnostics;
using Strongroom.Peers;

namespace Strongroom.Aws.Tests.Support;

/// <summary>A few lines of Python that ask what others wrote.</summary>
internal static class PythonScript
{
    public static async Task<string> RunAsync(string python, string script, string input)
    {
        using var process = Process.Start(Python.Command(python, "-c", script))!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return await output;
    }
}
