using System.Text.Json;
using PaperRun.Tests.Support;
using Strongroom.Testing;

namespace PaperRun.Tests.Day;

/// <summary>A short day with the secrets in a Vault that the operator names. The run's own is in the tests of its end.</summary>
public sealed class VaultDayTests : IDisposable
{
    private readonly RunLocation _location = new();

    [Fact]
    public async Task Named_Vault_is_used_and_left_as_it_was_found()
    {
        _location.WriteDotenv();
        await using var vault = await VaultServer.StartAsync();
        var before = await StateOfAsync(vault);
        await using var run = _location.Start(
            new Dictionary<string, string>
            {
                ["VAULT_ADDR"] = vault.Url.GetLeftPart(UriPartial.Authority),
                ["VAULT_TOKEN"] = vault.RootToken,
            },
            "--backend",
            "vault",
            "--cycles",
            "2",
            "--symbols",
            "AAPL"
        );

        Assert.Equal(0, await run.WaitForExitAsync());
        Assert.Contains(
            $"Secrets: Vault at {vault.Url.GetLeftPart(UriPartial.Authority)}, ",
            run.Errors,
            StringComparison.Ordinal
        );
        Assert.Equal(before, await StateOfAsync(vault));
        Assert.DoesNotContain(vault.RootToken, run.Output + run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Named_Vault_without_its_token_is_refused()
    {
        _location.WriteDotenv();
        await using var run = _location.Start(
            new Dictionary<string, string> { ["VAULT_ADDR"] = "http://127.0.0.1:1" },
            "--backend",
            "vault"
        );

        Assert.Equal(1, await run.WaitForExitAsync());
        Assert.Contains("VAULT_ADDR and VAULT_TOKEN go together", run.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _location.Dispose();

    /// <summary>Mounts and login methods with their settings, policies, tokens and secrets by name.</summary>
    private static async Task<string> StateOfAsync(VaultServer vault)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var state = new List<string>();
        foreach (
            var path in new[]
            {
                "sys/mounts",
                "sys/auth",
                "sys/policies/acl?list=true",
                "auth/token/accessors?list=true",
                "secret/metadata?list=true",
            }
        )
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(vault.Url, "/v1/" + path));
            request.Headers.Add("X-Vault-Token", vault.RootToken);
            using var answer = await http.SendAsync(request);
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            // An empty folder is a 404 without data.
            state.Add(
                $"{path}: {(int)answer.StatusCode} {(json.RootElement.TryGetProperty("data", out var data) ? data : default)}"
            );
        }
        return string.Join('\n', state);
    }
}
