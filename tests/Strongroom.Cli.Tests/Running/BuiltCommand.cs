using System.Diagnostics;
using System.Runtime.InteropServices;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Running;

/// <summary>The command as a process of its own: for what replaces a process, and for what another process sees of it.</summary>
internal static class BuiltCommand
{
    /// <summary>In its own output folder: beside the tests it would lack what they get from a larger framework.</summary>
    internal static string Path { get; } =
        System.IO.Path.GetFullPath(
            System.IO.Path.Combine(
                AppContext.BaseDirectory,
                "..",
                "..",
                "Strongroom.Cli",
                System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)),
                "Strongroom.Cli"
            )
        );

    /// <summary>As it was published, where TEST_PROGRAMS names the folder: it starts many times as fast.</summary>
    internal static string Quickest { get; } =
        Environment.GetEnvironmentVariable("TEST_PROGRAMS") is { Length: > 0 } published
            ? System.IO.Path.Combine(published, "Strongroom.Cli", "release", "Strongroom.Cli")
            : Path;

    /// <summary>Where the framework is, which the file that is built for tests needs.</summary>
    internal static string FrameworkRoot { get; } =
        System.IO.Path.GetFullPath(System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    internal static Process Start(ScriptFixture fixture, params string[] arguments)
    {
        fixture.Variables["DOTNET_ROOT"] = FrameworkRoot;
        return StartProgram(fixture, Path, arguments);
    }

    internal static Process StartProgram(ScriptFixture fixture, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = fixture.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in fixture.Variables)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    internal static async Task<CommandResult> RunAsync(ScriptFixture fixture, params string[] arguments)
    {
        using var process = Start(fixture, arguments);
        return await EndAsync(process);
    }

    internal static async Task<CommandResult> EndAsync(Process process)
    {
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new CommandResult(process.ExitCode, await output, await error);
    }

    /// <summary>The next line of stderr that is no progress: on a busy machine a second is soon over.</summary>
    internal static async Task<string?> ErrorLineAsync(Process process)
    {
        string? line;
        do line = await process.StandardError.ReadLineAsync();
        while (line is not null && CommandResult.Progress().IsMatch(line));
        return line;
    }
}
