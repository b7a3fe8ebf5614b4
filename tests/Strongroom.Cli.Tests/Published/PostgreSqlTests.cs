using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Published;

/// <summary>The delivered file has less of Npgsql in it than the tests have (<c>Native/Npgsql.xml</c>).</summary>
public class PostgreSqlTests
{
    [Fact]
    public async Task Audit_and_trips_are_kept_in_postgresql()
    {
        var file = await PublishedFile.RequireAsync();
        await using var postgres = await PostgresPeer.RequireAsync();
        await using var fixture = await ScriptFixture.OpenAsync("vault");
        await InProcess.RunAsync(
            ["set", "database/password"],
            fixture.Variables,
            fixture.Folder,
            Encoding.UTF8.GetBytes(postgres.Password)
        );
        await InProcess.RunAsync(
            ["set", "database/owner"],
            fixture.Variables,
            fixture.Folder,
            Encoding.UTF8.GetBytes(postgres.Password)
        );
        fixture.Variables["DATABASE_HOST"] = postgres.Host;
        fixture.Variables["DATABASE_PORT"] = postgres.Port.ToString(CultureInfo.InvariantCulture);
        fixture.Variables["DATABASE_USER"] = postgres.User;
        fixture.Variables["DATABASE_NAME"] = "postgres";

        await RunAsync("", "database", "upgrade");
        await RunAsync(RandomNumberGenerator.GetHexString(32), "set", "a/key");
        await RunAsync("", "get", "a/key");
        Assert.Contains("\tget\ta/key\tsuccess\t", await RunAsync("", "audit", "--name", "a/key"), StringComparison.Ordinal);
        Assert.Contains("\"halted\":false", await RunAsync("", "breaker", "--output", "json"), StringComparison.Ordinal);

        async Task<string> RunAsync(string input, params string[] command)
        {
            var result = await PublishedProcess.RunAsync(
                file,
                command,
                fixture.Variables,
                fixture.Folder,
                Encoding.UTF8.GetBytes(input)
            );
            Assert.Equal((0, ""), (result.ExitCode, result.Error));
            return result.Output;
        }
    }
}
