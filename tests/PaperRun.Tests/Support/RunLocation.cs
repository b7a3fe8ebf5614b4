using System.Security.Cryptography;
using System.Text;

namespace PaperRun.Tests.Support;

/// <summary>
/// An empty folder of a developer who has just cloned: the template and nothing else. Runs keep what they make below it.
/// </summary>
internal sealed class RunLocation : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("strongroom-run-");

    internal RunLocation() => File.Copy(Programs.Template, Path.Combine(Root, ".env.template"));

    internal string Root => _root.FullName;

    internal string Dotenv => Path.Combine(Root, ".env");

    /// <summary>What <c>--folder</c> names.</summary>
    internal string Run => Path.Combine(Root, "run");

    internal string Journals => Path.Combine(Run, "journals");

    internal string Database => Path.Combine(Run, "platform.db");

    internal string DotenvOf(string service) => Path.Combine(Run, service, ".env");

    /// <summary>Files that the run made, and that hold or open secrets.</summary>
    internal IEnumerable<string> SecretFiles =>
        Directory.Exists(Run)
            ? Directory
                .EnumerateFiles(Run, "*", SearchOption.AllDirectories)
                .Where(file => Path.GetFileName(file) is ".env" or "secret-id")
            : [];

    /// <summary>The variables of a <c>.env</c> file that was made here, and their values.</summary>
    internal static Dictionary<string, string> Read(string dotenv) =>
        File.ReadLines(dotenv)
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1].Trim('\''), StringComparer.Ordinal);

    /// <summary>
    /// Writes a <c>.env</c> with a fresh value for each variable of the template, but for those that are given (null: left out).
    /// </summary>
    internal void WriteDotenv(params (string Name, string? Value)[] given)
    {
        var chosen = given.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);
        var text = new StringBuilder("# Made by a test.\n");
        foreach (var name in Read(Programs.Template).Keys)
        {
            if (chosen.GetValueOrDefault(name, RandomNumberGenerator.GetHexString(48, lowercase: true)) is { } value)
                text.Append(name).Append('=').Append(value).Append('\n');
        }
        WritePrivate(Dotenv, text.ToString());
    }

    internal static void WritePrivate(string path, string text)
    {
        using var file = new StreamWriter(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }
        );
        file.Write(text);
    }

    internal ProgramProcess Start(params IEnumerable<string> arguments) => Start(new Dictionary<string, string>(), arguments);

    internal ProgramProcess Start(IReadOnlyDictionary<string, string> settings, params IEnumerable<string> arguments) =>
        ProgramProcess.Start(Programs.PaperRun, Root, settings, ["--folder", Run, .. arguments]);

    /// <summary>
    /// The processes that know this place, by their environment or their command line. Others' processes cannot be read and are
    /// none of ours.
    /// </summary>
    internal IReadOnlyList<int> Processes() =>
        [
            .. Directory
                .EnumerateDirectories("/proc")
                .Select(path => int.TryParse(Path.GetFileName(path), out var id) ? id : 0)
                .Where(id => id > 0 && id != Environment.ProcessId && (Knows(id, "environ") || Knows(id, "cmdline"))),
        ];

    /// <summary>
    /// No file that the run made holds a value of the <c>.env</c>, which is only right where no service reads one.
    /// </summary>
    internal void DemandNoValueBelowRun()
    {
        var values = Read(Dotenv).Values.ToList();
        foreach (var file in Directory.EnumerateFiles(Run, "*", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(file, Encoding.Latin1);
            Assert.All(values, value => Assert.False(text.Contains(value, StringComparison.Ordinal), $"{file} holds a value"));
        }
    }

    /// <summary>Waits until no process knows this place any more.</summary>
    internal async Task WaitUntilEmptyAsync(TimeSpan limit)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (Processes() is { Count: > 0 } left)
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(began) < limit,
                $"Still running after {limit.TotalSeconds:0} s: {string.Join(", ", left)}"
            );
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    public void Dispose()
    {
        // Only after a failed test is there anything left; it must not disturb the next one.
        foreach (var process in Processes())
            Signal.Send(process, Signal.Kill);
        _root.Delete(recursive: true);
    }

    private bool Knows(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}").Contains(Root, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or belongs to another user.
            return false;
        }
    }
}
