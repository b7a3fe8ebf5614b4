using System.Security.Cryptography;
using Strongroom.Cli.Tests.Running;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Migration;

/// <summary>
/// Each command is killed at each of the system calls by which it changes names or flushes, and run again: it goes on, no value is lost,
/// and nothing that holds one is left beside what belongs there.
/// </summary>
public class KilledMigrationTests
{
    private static readonly string[] s_names = ["a/password", "b/password", "database/password"];

    private const int Killed = 137;
    private const int MostCalls = 40;

    private readonly string[] _values = [.. Enumerable.Range(0, 3).Select(_ => RandomNumberGenerator.GetHexString(24, lowercase: true))];

    public static TheoryData<string, string> Kills
    {
        get
        {
            var kills = new TheoryData<string, string>();
            foreach (var command in new[] { "apply", "encrypt", "destroy", "end", "restore", "set" })
            {
                foreach (var call in new[] { "linkat", "rename", "unlink", "fsync" })
                    kills.Add(command, call);
            }
            return kills;
        }
    }

    [Theory]
    [MemberData(nameof(Kills))]
    public async Task Command_that_is_killed_goes_on_when_it_is_run_again(string command, string call)
    {
        for (var at = 1; at <= MostCalls; at++)
        {
            await using var room = await OpenAsync(command);
            await PrepareAsync(room, command);
            if (await RunKilledAsync(room, call, at, Arguments(command)) != Killed)
                return;

            var again = await RunAsync(room, command, Arguments(command));

            // What was restored before the kill needs no second time.
            var isDone = command == "restore" && again.ExitCode == ExitCodes.Usage && File.Exists(Path.Combine(room.Folder, ".env"));
            Assert.True(again.ExitCode == 0 || isDone, $"after a kill at {call} {at}: {again.Error}");
            await AssertNothingLostAsync(room, command, $"{call} {at}");
        }
        Assert.Fail($"{call} was called more than {MostCalls} times");
    }

    private static string[] Arguments(string command) => command switch
    {
        "apply" => ["migrate", ".env", "--apply"],
        "restore" => ["migrate", ".env", "--restore"],
        "set" => ["set", "new/value"],
        "encrypt" => ["migrate", ".env", "--finish", "encrypt", "--yes"],
        _ => ["migrate", ".env", "--finish", "destroy", "--yes"],
    };

    private async Task<ScriptRoom> OpenAsync(string command)
    {
        var room = await ScriptRoom.OpenAsync(command == "set" ? "env" : "vault");
        room.Variables["DOTNET_EnableDiagnostics"] = "0";
        // Calls are counted for each thread, so there are to be few.
        room.Variables["DOTNET_PROCESSOR_COUNT"] = "1";
        room.Variables["DOTNET_ROOT"] = BuiltCommand.FrameworkRoot;
        var path = Path.Combine(room.Folder, ".env");
        await File.WriteAllTextAsync(path, $"A_PASSWORD={_values[0]}\nB_PASSWORD={_values[1]}\nDATABASE_URL=postgres://desk:{_values[2]}@db:5432/desk\nLOG_LEVEL=info\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return room;
    }

    private async Task PrepareAsync(ScriptRoom room, string command)
    {
        if (command is not ("apply" or "set"))
            Assert.Equal(0, (await RunAsync(room, command, "migrate", ".env", "--apply")).ExitCode);
        if (command is "end" or "restore")
            Assert.Equal(0, (await RunAsync(room, command, "migrate", ".env", "--finish", "encrypt", "--yes")).ExitCode);
    }

    private async Task AssertNothingLostAsync(ScriptRoom room, string command, string where)
    {
        if (command != "set")
        {
            foreach (var (name, value) in s_names.Zip(_values))
                Assert.True((await RunAsync(room, command, "get", name)).Output == value, $"{name} after {where}");
        }
        var mayHold = command is "encrypt" or "destroy" or "end" ? "" : ".env";
        foreach (var path in Directory.GetFiles(room.Folder))
        {
            var text = await File.ReadAllTextAsync(path);
            Assert.True(Path.GetFileName(path) == mayHold || !_values.Any(value => text.Contains(value, StringComparison.Ordinal)), $"{Path.GetFileName(path)} holds a value after {where}");
            Assert.False(path.EndsWith(".tmp", StringComparison.Ordinal), $"{Path.GetFileName(path)} is left after {where}");
        }
        if (mayHold.Length > 0)
        {
            var text = await File.ReadAllTextAsync(Path.Combine(room.Folder, mayHold));
            Assert.All(_values, value => Assert.Contains(value, text, StringComparison.Ordinal));
        }
    }

    private async Task<int> RunKilledAsync(ScriptRoom room, string call, int at, string[] arguments)
    {
        using var process = BuiltCommand.StartProgram(
            room, "/usr/bin/strace",
            ["-f", "-qq", "-o", "/dev/null", "-e", $"trace={Calls(call)}", "-e", $"inject={Calls(call)}:signal=KILL:when={at}", BuiltCommand.Path, .. arguments]);
        if (arguments[0] == "set")
            await process.StandardInput.WriteAsync(_values[0]);
        return (await BuiltCommand.EndAsync(process)).ExitCode;
    }

    private static string Calls(string call) => call switch { "rename" => "/^rename", "unlink" => "/^unlink", _ => call };

    private Task<CommandResult> RunAsync(ScriptRoom room, string command, params string[] arguments) =>
        InProcess.RunAsync(arguments, room.Variables, room.Folder, command == "set" ? System.Text.Encoding.ASCII.GetBytes(_values[0]) : []);
}
