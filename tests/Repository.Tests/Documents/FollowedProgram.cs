using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Repository.Tests.Documents;

/// <summary>A program of a page in a folder of its own, beside the libraries that its project would reference.</summary>
internal sealed class FollowedProgram : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("strongroom-page-");
    private readonly List<Process> _running = [];

    internal FollowedProgram(string code)
    {
        Directory.CreateDirectory(Output);
        Directory.CreateDirectory(Folder);
        foreach (var path in Directory.GetFileSystemEntries(AppContext.BaseDirectory))
        {
            var name = Path.GetFileName(path);
            var target = Path.Combine(Output, name.Replace("Repository.Tests.", "Forecast.", StringComparison.Ordinal));
            if (name is "Repository.Tests.deps.json" or "Repository.Tests.runtimeconfig.json")
                File.Copy(path, target);
            else if (name.EndsWith(".dll", StringComparison.Ordinal) || name == "runtimes")
                File.CreateSymbolicLink(Path.Combine(Output, name), path);
        }
        SnippetCompiler.Emit(code, Program);
    }

    /// <summary>Where the program is run, as a newcomer's project folder.</summary>
    internal string Folder => Path.Combine(_root.FullName, "Forecast");

    /// <summary>What lies beside the program.</summary>
    internal string Output => Path.Combine(_root.FullName, "out");

    internal string State => Path.Combine(_root.FullName, "state");

    private string Program => Path.Combine(Output, "Forecast.dll");

    /// <summary>Runs a block of a shell in the project's folder, to its end.</summary>
    internal async Task<string> ShellAsync(string block)
    {
        var (exit, output, error) = await EndAsync(Start("/bin/bash", ["-c", block], []));
        Assert.True(exit == 0, $"{block}\n{error}");
        return output;
    }

    internal async Task<(int Exit, string Out, string Error)> RunAsync(
        Dictionary<string, string> settings,
        params string[] arguments
    ) => await EndAsync(StartProgram(settings, arguments));

    internal Process StartProgram(Dictionary<string, string> settings, params string[] arguments) =>
        Start(
            Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"),
            [Program, .. arguments],
            settings
        );

    internal Process Start(string program, IEnumerable<string> arguments, Dictionary<string, string> settings)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        foreach (var name in start.Environment.Keys.Where(name => name is not ("PATH" or "LANG")).ToArray())
            start.Environment.Remove(name);
        start.Environment["HOME"] = _root.FullName;
        start.Environment["XDG_STATE_HOME"] = State;
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        _running.Add(process);
        return process;
    }

    public void Dispose()
    {
        foreach (var process in _running)
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }
        _root.Delete(recursive: true);
    }

    private static async Task<(int Exit, string Out, string Error)> EndAsync(Process process)
    {
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
