using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Strongroom.Testing;
using Strongroom.Vault.Policies;

namespace Strongroom.StartBenchmarks;

/// <summary>An AppRole with the least policy, and the secrets that it reads.</summary>
internal static class VaultRole
{
    /// <summary>Makes them, and gives the settings by which a program logs in.</summary>
    internal static async Task<Dictionary<string, string>> MakeAsync(
        VaultServer vault,
        SecretDeclaration declaration,
        string folder,
        CancellationToken ct
    )
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(vault.Url, "/v1/") };
        http.DefaultRequestVersion = System.Net.HttpVersion.Version11;
        var service = declaration.Service;
        await SendAsync("sys/auth/approle", new() { ["type"] = "approle" }, mayExist: true);
        await SendAsync($"sys/policies/acl/{service}", new() { ["policy"] = VaultPolicy.For(declaration, "", "secret") });
        await SendAsync($"auth/approle/role/{service}", new() { ["token_policies"] = service, ["token_ttl"] = "20m" });
        foreach (var path in declaration.Secrets.GroupBy(secret => secret.StoredName.Path, StringComparer.Ordinal))
        {
            var fields = new JsonObject();
            foreach (var secret in path)
                fields[secret.StoredName.Field ?? "value"] = StartFixture.FreshValue(secret.Name);
            await SendAsync($"secret/data/{path.Key}", new() { ["data"] = fields });
        }
        var role = await SendAsync($"auth/approle/role/{service}/role-id", null);
        var secretId = await SendAsync($"auth/approle/role/{service}/secret-id", []);
        var file = Path.Combine(folder, "secret-id");
        PrivateFile.Write(file, secretId.GetProperty("secret_id").GetString()!);
        return new()
        {
            ["SECRET_BACKEND"] = "vault",
            ["VAULT_ADDR"] = vault.Url.GetLeftPart(UriPartial.Authority),
            ["VAULT_AUTH_METHOD"] = "approle",
            ["VAULT_ROLE_ID"] = role.GetProperty("role_id").GetString()!,
            ["VAULT_SECRET_ID_FILE"] = file,
        };

        async Task<JsonElement> SendAsync(string path, JsonObject? body, bool mayExist = false)
        {
            using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, path);
            request.Content = body is null ? null : JsonContent.Create(body);
            request.Headers.Add("X-Vault-Token", vault.RootToken);
            using var answer = await http.SendAsync(request, ct);
            if (!answer.IsSuccessStatusCode && !mayExist)
                throw new InvalidOperationException($"Vault answered {(int)answer.StatusCode} to {path}.");
            var text = await answer.Content.ReadAsStringAsync(ct);
            return text.Length > 0 && answer.IsSuccessStatusCode
                ? JsonDocument.Parse(text).RootElement.GetProperty("data")
                : default;
        }
    }
}
