using System.Collections.Concurrent;
using System.Diagnostics;

namespace Strongroom.Peers;

/// <summary>
/// Finds an interpreter that knows a module: the machine's own and the first on the path may know different ones.
/// </summary>
public static class Python
{
    private static readonly string[] s_candidates = ["/usr/bin/python3", "/usr/local/bin/python3", "/root/.pyenv/shims/python3"];
    private static readonly ConcurrentDictionary<string, string?> s_found = new(StringComparer.Ordinal);

    /// <summary>The interpreter, or null where none knows the module.</summary>
    public static string? With(string module) =>
        s_found.GetOrAdd(module, static module =>
            s_candidates
                .Concat(
                    (Environment.GetEnvironmentVariable("PATH") ?? "")
                        .Split(':')
                        .Select(folder => Path.Combine(folder, "python3"))
                )
                .Distinct()
                .FirstOrDefault(python => File.Exists(python) && Knows(python, module))
        );

    /// <summary>A command in an environment that holds nothing of the test's own.</summary>
    public static ProcessStartInfo Command(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["HOME"] = Path.GetTempPath();
        start.WorkingDirectory = "/";
        return start;
    }

    private static bool Knows(string python, string module)
    {
        using var process = Process.Start(Command(python, "-c", $"import {module}"))!;
        process.StandardInput.Close();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
