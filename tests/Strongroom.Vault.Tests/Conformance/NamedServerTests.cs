using System.Diagnostics;
using System.Text.RegularExpressions;
using Strongroom.Testing;
using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests.Conformance;

/// <summary>
/// The suite on a server of the caller's choice: this program again, which knows of that server only what
/// VAULT_ADDR and VAULT_TOKEN say.
/// </summary>
public sealed partial class NamedServerTests
{
    private static readonly Type[] s_suite = [typeof(VaultReadTests), typeof(VaultWriteTests), typeof(VaultHistoryTests)];

    [Fact]
    public async Task The_whole_suite_passes_on_a_named_server_and_leaves_it_as_it_was_found()
    {
        await using var server = await VaultServer.StartAsync();
        using (var http = new HttpClient())
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Url, "/v1/secret/data/team/other"))
            {
                Content = System.Net.Http.Json.JsonContent.Create(new { data = new { value = VaultFixture.Fresh() } }),
                Headers = { { "X-Vault-Token", server.RootToken } },
            };
            (await http.SendAsync(request)).EnsureSuccessStatusCode();
        }
        var before = await ServerDump.OfAsync(server);
        var requests = server.Requests.Total;

        var (code, output) = await RunAsync(server);

        Assert.True(code == 0, output);
        Assert.True(
            int.Parse(Total().Match(output).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) >= 40,
            output
        );
        Assert.True(server.Requests.Total > requests + 100, "It was not this server that was asked.");
        Assert.DoesNotContain(server.RootToken, output, StringComparison.Ordinal);
        Assert.Equal(before, await ServerDump.OfAsync(server));
    }

    private static async Task<(int Code, string Output)> RunAsync(VaultServer server)
    {
        var program = Path.Combine(AppContext.BaseDirectory, typeof(NamedServerTests).Assembly.GetName().Name!);
        var start = new ProcessStartInfo(program, s_suite.SelectMany(one => new[] { "-class", one.FullName! }))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What the runner of this run has set is not for that one.
        foreach (
            var name in start.Environment.Keys.Where(name => name is not ("PATH" or "HOME" or "DOTNET_ROOT" or "TMPDIR")).ToList()
        )
            start.Environment.Remove(name);
        start.Environment["VAULT_ADDR"] = server.Url.GetLeftPart(UriPartial.Authority);
        start.Environment["VAULT_TOKEN"] = server.RootToken;
        using var run = Process.Start(start)!;
        var (output, errors) = (run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync());
        await run.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(4));
        return (run.ExitCode, await output + await errors);
    }

    [GeneratedRegex(@"Total: (\d+), Errors: 0, Failed: 0, Skipped: 0")]
    private static partial Regex Total();
}
