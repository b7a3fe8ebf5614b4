using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaperRun.Tests.Support;
using Strongroom.Testing;

namespace PaperRun.Tests.Migration;

/// <summary>
/// The Vault that secrets move to, and what an administrator does there: an AppRole for each service, with its own policy alone.
/// </summary>
internal sealed class PlatformVault : IAsyncDisposable
{
    private readonly VaultServer _server;
    private readonly HttpClient _http;

    private PlatformVault(VaultServer server)
    {
        _server = server;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(server.Url, "/v1/") };
    }

    internal string Address => _server.Url.GetLeftPart(UriPartial.Authority);

    internal string OperatorToken => _server.RootToken;

    internal static async Task<PlatformVault> StartAsync()
    {
        var vault = new PlatformVault(await VaultServer.StartAsync());
        await vault.SendAsync(HttpMethod.Post, "sys/auth/approle", new JsonObject { ["type"] = "approle" });
        return vault;
    }

    /// <summary>Gives a service an identity with a policy and nothing beside it; the settings to log in with.</summary>
    internal async Task<IReadOnlyDictionary<string, string>> AdmitAsync(string service, string policy, string secretIdFile)
    {
        await SendAsync(HttpMethod.Put, $"sys/policies/acl/{service}", new JsonObject { ["policy"] = policy });
        await SendAsync(
            HttpMethod.Post,
            $"auth/approle/role/{service}",
            new JsonObject { ["token_policies"] = service, ["token_no_default_policy"] = true }
        );
        var role = await SendAsync(HttpMethod.Get, $"auth/approle/role/{service}/role-id", null);
        var secret = await SendAsync(HttpMethod.Post, $"auth/approle/role/{service}/secret-id", []);
        RunLocation.WritePrivate(secretIdFile, secret.GetProperty("data").GetProperty("secret_id").GetString()!);
        return new Dictionary<string, string>
        {
            ["SECRET_BACKEND"] = "vault",
            ["VAULT_ADDR"] = Address,
            ["VAULT_AUTH_METHOD"] = "approle",
            ["VAULT_ROLE_ID"] = role.GetProperty("data").GetProperty("role_id").GetString()!,
            ["VAULT_SECRET_ID_FILE"] = secretIdFile,
        };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, JsonObject? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("X-Vault-Token", OperatorToken);
        using var answer = await _http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode}");
        return answer.StatusCode == System.Net.HttpStatusCode.NoContent
            ? default
            : await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
