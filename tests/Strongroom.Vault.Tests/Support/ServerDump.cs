using System.Text.Json.Nodes;
using Strongroom.Testing;

namespace Strongroom.Vault.Tests.Support;

/// <summary>All that a Vault keeps for others, as text: mounts, login methods, policies, tokens and secrets.</summary>
internal static class ServerDump
{
    public static async Task<string> OfAsync(VaultServer server)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        http.BaseAddress = new Uri(server.Url, "/v1/");
        List<string> lines = [];
        foreach (var path in new[] { "sys/mounts", "sys/auth", "sys/policies/acl?list=true", "auth/token/accessors?list=true" })
            lines.Add($"{path}: {(await AskAsync(http, server, path))!["data"]}");
        foreach (var policy in (await AskAsync(http, server, "sys/policies/acl?list=true"))!["data"]!["keys"]!.AsArray())
            lines.Add($"{policy}: {(await AskAsync(http, server, $"sys/policies/acl/{policy}"))!["data"]}");
        await AddAsync(http, server, "", lines);
        return string.Join('\n', lines);
    }

    private static async Task AddAsync(HttpClient http, VaultServer server, string folder, List<string> lines)
    {
        foreach (
            var name in (await AskAsync(http, server, $"secret/metadata/{folder}?list=true"))?["data"]?["keys"]?.AsArray() ?? []
        )
        {
            if (name!.GetValue<string>().EndsWith('/'))
                await AddAsync(http, server, folder + name, lines);
            else
                lines.Add($"{folder}{name}: {(await AskAsync(http, server, $"secret/metadata/{folder}{name}"))!["data"]}");
        }
    }

    private static async Task<JsonNode?> AskAsync(HttpClient http, VaultServer server, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Vault-Token", server.RootToken);
        using var answer = await http.SendAsync(request);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync()) : null;
    }
}
