using System.Text;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Output;

/// <summary>The library's warnings reach the command's user.</summary>
public class WarningTests
{
    [Theory]
    [InlineData("not a name")]
    [InlineData("+a")]
    public async Task List_says_that_it_passed_over_what_cannot_be_a_name(string entry)
    {
        await using var fixture = await ScriptFixture.OpenAsync("vault");
        await InProcess.RunAsync(
            ["set", "a/key"],
            fixture.Variables,
            fixture.Folder,
            Encoding.UTF8.GetBytes(fixture.Placeholders.Fill("{value:A}"))
        );
        using (var http = new HttpClient())
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Post,
                $"{fixture.Variables["VAULT_ADDR"]}/v1/secret/data/{Uri.EscapeDataString(entry)}"
            )
            {
                Content = new StringContent("""{"data":{"value":"x"}}""", Encoding.UTF8, "application/json"),
            };
            request.Headers.Add("X-Vault-Token", fixture.Variables["VAULT_TOKEN"]);
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            answer.EnsureSuccessStatusCode();
        }

        var list = await InProcess.RunAsync(["list"], fixture.Variables, fixture.Folder, []);

        Assert.Equal((0, "a/key\n"), (list.ExitCode, list.Output));
        Assert.StartsWith("strongroom: warning: 1 entr", list.Error, StringComparison.Ordinal);
        Assert.Equal(1, list.Error.Count(c => c == '\n'));
        Assert.DoesNotContain(entry, list.Error, StringComparison.Ordinal);
    }
}
