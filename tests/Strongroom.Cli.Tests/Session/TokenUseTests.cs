using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Session;

/// <summary>A token that was made for one use is enough for one read.</summary>
public class TokenUseTests
{
    [Fact]
    public async Task Get_with_a_token_of_one_use_gives_the_value_and_a_second_one_names_the_limit()
    {
        await using var fixture = await ScriptFixture.OpenAsync("vault");
        var value = RandomNumberGenerator.GetHexString(32);
        await InProcess.RunAsync(["set", "a/key"], fixture.Variables, fixture.Folder, Encoding.UTF8.GetBytes(value));
        fixture.Variables["VAULT_TOKEN"] = await TokenAsync(fixture, uses: 1);

        var first = await InProcess.RunAsync(["get", "a/key", "--reveal"], fixture.Variables, fixture.Folder, []);
        var second = await InProcess.RunAsync(["get", "a/key", "--reveal"], fixture.Variables, fixture.Folder, []);

        Assert.Equal((0, value), (first.ExitCode, first.Output.TrimEnd('\n')));
        Assert.Equal(ExitCodes.Denied, second.ExitCode);
        Assert.Contains("no uses left", second.Error, StringComparison.Ordinal);
    }

    private static async Task<string> TokenAsync(ScriptFixture fixture, int uses)
    {
        using var http = new HttpClient { BaseAddress = new Uri(fixture.Variables["VAULT_ADDR"]) };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/auth/token/create")
        {
            Content = JsonContent.Create(new { num_uses = uses }),
        };
        request.Headers.Add("X-Vault-Token", fixture.Placeholders.Fill("{token}"));
        using var response = await http.SendAsync(request);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return answer.RootElement.GetProperty("auth").GetProperty("client_token").GetString()!;
    }
}
