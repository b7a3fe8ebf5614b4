using System.Security.Cryptography;
using System.Text.Json;
using Strongroom.Cli.Tests.Running;
using Strongroom.Cli.Tests.Support;
using Strongroom.Testing;

namespace Strongroom.Cli.Tests.Session;

/// <summary>
/// A change that is killed between the backend's yes and its row: each version in the backend has a row, which says what is
/// known.
/// </summary>
public class KilledChangesTests
{
    private static readonly int s_kills = TestLength.Of(whole: 12, share: 4);

    [Theory]
    [Trait("length", "long")]
    [InlineData("set", "write")]
    [InlineData("delete", "delete")]
    public async Task Change_that_is_killed_while_its_answer_is_late_has_exactly_one_row(string command, string operation)
    {
        await using var fixture = await RunCommandTests.OpenAsync("vault");
        await RunCommandTests.SetAsync(fixture, "a/key", "{value:B}");
        var before = await RowsAsync(fixture, operation);
        var reached = 0;
        for (var kill = 0; kill < s_kills; kill++)
        {
            if (command == "delete")
                await InProcess.RunAsync(
                    ["set", "a/key"],
                    fixture.Variables,
                    fixture.Folder,
                    System.Text.Encoding.UTF8.GetBytes(fixture.Placeholders.Fill("{value:B}"))
                );
            var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var late = fixture.Vault!.Faults.Add(
                Fault.Slow(TimeSpan.FromMilliseconds(100)),
                new FaultTrigger { Matches = request => Note(request, asked) }
            );
            using var process = BuiltCommand.Start(fixture, command == "set" ? [command, "a/key"] : [command, "a/key", "--yes"]);
            if (command == "set")
                await process.StandardInput.WriteLineAsync(RandomNumberGenerator.GetHexString(32));
            process.StandardInput.Close();
            await Task.WhenAny(asked.Task, process.WaitForExitAsync());
            // The instant is the point: before the answer, at it, after it.
            await Task.Delay(TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(200)), TimeProvider.System);
            process.Kill();
            await process.WaitForExitAsync();
            reached += asked.Task.IsCompleted ? 1 : 0;
        }

        var rows = (await RowsAsync(fixture, operation))[before.Count..];
        Assert.All(rows, row => Assert.Contains(row.Outcome, (string[])["success", "unknown"]));
        Assert.True(reached == rows.Count, $"{reached} reached the backend: {string.Join(", ", rows)}");
        Assert.True(reached > 0);
        if (command == "set")
        {
            var versions = await VersionsAsync(fixture);
            var known = before.Concat(rows).Where(row => row.Outcome == "success").Select(row => row.Version).ToHashSet();
            var unknown = rows.Count(row => row.Outcome == "unknown");
            Assert.InRange(versions.Count(version => !known.Contains(version)), 0, unknown);
        }
    }

    /// <summary>The change itself, which is late.</summary>
    private static bool Note(Microsoft.AspNetCore.Http.HttpRequest request, TaskCompletionSource asked)
    {
        if (request.Method == "GET" || !request.Path.StartsWithSegments("/v1/secret", StringComparison.Ordinal))
            return false;
        asked.TrySetResult();
        return true;
    }

    private static async Task<List<(string Outcome, string Version)>> RowsAsync(ScriptFixture fixture, string operation)
    {
        // A command brings home what others left when it ends, so the second one sees it.
        await InProcess.RunAsync(["audit"], fixture.Variables, fixture.Folder, []);
        var audit = await InProcess.RunAsync(
            ["audit", "--name", "a/key", "--limit", "1000", "--output", "json"],
            fixture.Variables,
            fixture.Folder,
            []
        );
        Assert.True(audit.ExitCode == 0, audit.Error);
        using var rows = JsonDocument.Parse(audit.Output);
        return
        [
            .. Rows(rows.RootElement)
                .Where(row => row.GetProperty("operation").GetString() == operation)
                .Select(row => (row.GetProperty("outcome").GetString()!, row.GetProperty("version").GetString()!)),
        ];
    }

    private static async Task<List<string>> VersionsAsync(ScriptFixture fixture)
    {
        var history = await InProcess.RunAsync(["history", "a/key", "--output", "json"], fixture.Variables, fixture.Folder, []);
        using var versions = JsonDocument.Parse(history.Output);
        return [.. Rows(versions.RootElement).Select(row => row.GetProperty("version").ToString())];
    }

    private static IEnumerable<JsonElement> Rows(JsonElement root) =>
        (
            root.ValueKind == JsonValueKind.Array
                ? root
                : root.EnumerateObject().First(property => property.Value.ValueKind == JsonValueKind.Array).Value
        ).EnumerateArray();
}
