using System.Diagnostics;
using System.Text;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Published;

/// <summary>Runs the delivered file as a process that has only the variables that it is given.</summary>
internal static class PublishedProcess
{
    internal static Process Start(
        string file,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> variables,
        string folder
    )
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, text) in variables)
            start.Environment[name] = text;
        return Process.Start(start)!;
    }

    internal static async Task<CommandResult> RunAsync(
        string file,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> variables,
        string folder,
        byte[] input
    )
    {
        using var process = Start(file, arguments, variables, folder);
        var output = ReadAsync(process.StandardOutput.BaseStream);
        var error = ReadAsync(process.StandardError.BaseStream);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading.
        }
        var result = (await output, await error);
        await process.WaitForExitAsync();
        return new CommandResult(process.ExitCode, result.Item1, result.Item2);
    }

    private static async Task<string> ReadAsync(Stream stream)
    {
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
