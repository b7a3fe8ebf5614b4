using System.Security.Cryptography;
using Strongroom.Cli.Tests.Running;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Migration;

/// <summary>
/// Each command is killed at each (in <c>make test</c>: at each third) of the system calls by which it changes names or flushes,
/// and run again: it goes on, no value is lost, and nothing that holds one is left beside what belongs there.
/// </summary>
public class KilledMigrationTests
{
    private static readonly string[] s_names = ["a/password", "b/password", "database/password"];

    private const int Killed = 137;
    private const int MostCalls = 40;
    private static readonly int s_step = TestLength.Of(whole: 1, share: 3);

    private readonly string[] _values =
    [
        .. Enumerable.Range(0, 3).Select(_ => RandomNumberGenerator.GetHexString(24, lowercase: true)),
    ];

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
    [Trait("length", "long")]
    [MemberData(nameof(Kills))]
    public async Task Command_that_is_killed_goes_on_when_it_is_run_again(string command, string call)
    {
        for (var at = 1; at <= MostCalls; at += s_step)
        {
            await using var fixture = await OpenAsync(command);
            await PrepareAsync(fixture, command);
            if (await RunKilledAsync(fixture, call, at, Arguments(command)) != Killed)
                return;

            var again = await RunAsync(fixture, command, Arguments(command));

            // What was restored before the kill needs no second time.
            var isDone =
                command == "restore" && again.ExitCode == ExitCodes.Usage && File.Exists(Path.Combine(fixture.Folder, ".env"));
            Assert.True(again.ExitCode == 0 || isDone, $"after a kill at {call} {at}: {again.Error}");
            await AssertNothingLostAsync(fixture, command, $"{call} {at}");
        }
        Assert.Fail($"{call} was called more than {MostCalls} times");
    }

    private static string[] Arguments(string command) =>
        command switch
        {
            "apply" => ["migrate", ".env", "--apply"],
            "restore" => ["migrate", ".env", "--restore"],
            "set" => ["set", "new/value"],
            "encrypt" => ["migrate", ".env", "--finish", "encrypt", "--yes"],
            _ => ["migrate", ".env", "--finish", "destroy", "--yes"],
        };

    private async Task<ScriptFixture> OpenAsync(string command)
    {
        var fixture = await ScriptFixture.OpenAsync(command == "set" ? "env" : "vault");
        fixture.Variables["DOTNET_EnableDiagnostics"] = "0";
        // Calls are counted for each thread, so there are to be few.
        fixture.Variables["DOTNET_PROCESSOR_COUNT"] = "1";
        fixture.Variables["DOTNET_ROOT"] = BuiltCommand.FrameworkRoot;
        var path = Path.Combine(fixture.Folder, ".env");
        await File.WriteAllTextAsync(
            path,
            $"A_PASSWORD={_values[0]}\nB_PASSWORD={_values[1]}\n"
                + $"DATABASE_URL=postgres://desk:{_values[2]}@db:5432/desk\nLOG_LEVEL=info\n"
        );
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return fixture;
    }

    private async Task PrepareAsync(ScriptFixture fixture, string command)
    {
        if (command is not ("apply" or "set"))
            Assert.Equal(0, (await RunAsync(fixture, command, "migrate", ".env", "--apply")).ExitCode);
        if (command is "end" or "restore")
            Assert.Equal(0, (await RunAsync(fixture, command, "migrate", ".env", "--finish", "encrypt", "--yes")).ExitCode);
    }

    private async Task AssertNothingLostAsync(ScriptFixture fixture, string command, string where)
    {
        if (command != "set")
        {
            foreach (var (name, value) in s_names.Zip(_values))
                Assert.True((await RunAsync(fixture, command, "get", name)).Output == value, $"{name} after {where}");
        }
        var mayHold = command is "encrypt" or "destroy" or "end" ? "" : ".env";
        foreach (var path in Directory.GetFiles(fixture.Folder))
        {
            var text = await File.ReadAllTextAsync(path);
            Assert.True(
                Path.GetFileName(path) == mayHold || !_values.Any(value => text.Contains(value, StringComparison.Ordinal)),
                $"{Path.GetFileName(path)} holds a value after {where}"
            );
            Assert.False(path.EndsWith(".tmp", StringComparison.Ordinal), $"{Path.GetFileName(path)} is left after {where}");
        }
        if (mayHold.Length > 0)
        {
            var text = await File.ReadAllTextAsync(Path.Combine(fixture.Folder, mayHold));
            Assert.All(_values, value => Assert.Contains(value, text, StringComparison.Ordinal));
        }
    }

    private async Task<int> RunKilledAsync(ScriptFixture fixture, string call, int at, string[] arguments)
    {
        using var process = BuiltCommand.StartProgram(
            fixture,
            "/usr/bin/strace",
            [
                "-f",
                "-qq",
                "-o",
                "/dev/null",
                "-e",
                $"trace={Calls(call)}",
                "-e",
                $"inject={Calls(call)}:signal=KILL:when={at}",
                BuiltCommand.Quickest,
                .. arguments,
            ]
        );
        if (arguments[0] == "set")
            await process.StandardInput.WriteAsync(_values[0]);
        return (await BuiltCommand.EndAsync(process)).ExitCode;
    }

    private static string Calls(string call) =>
        call switch
        {
            "rename" => "/^rename",
            "unlink" => "/^unlink",
            _ => call,
        };

    private Task<CommandResult> RunAsync(ScriptFixture fixture, string command, params string[] arguments) =>
        InProcess.RunAsync(
            arguments,
            fixture.Variables,
            fixture.Folder,
            command == "set" ? System.Text.Encoding.ASCII.GetBytes(_values[0]) : []
        );
}
