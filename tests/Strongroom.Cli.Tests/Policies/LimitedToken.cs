using System.Net.Http.Json;
using System.Text.Json;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Policies;

/// <summary>A token of the script's Vault that has one policy and no other, not even the default one.</summary>
internal static class LimitedToken
{
    private static readonly string[] s_policies = ["limited"];

    internal static async Task<string> CreateAsync(ScriptFixture fixture, string policy)
    {
        using var http = new HttpClient { BaseAddress = new Uri(fixture.Variables["VAULT_ADDR"]) };
        using var written = await SendAsync(http, fixture, HttpMethod.Put, "/v1/sys/policies/acl/limited", new { policy });
        using var made = await SendAsync(
            http,
            fixture,
            HttpMethod.Post,
            "/v1/auth/token/create",
            new { policies = s_policies, no_default_policy = true }
        );
        using var answer = JsonDocument.Parse(await made.Content.ReadAsStringAsync());
        return answer.RootElement.GetProperty("auth").GetProperty("client_token").GetString()!;
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient http,
        ScriptFixture fixture,
        HttpMethod method,
        string path,
        object body
    )
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("X-Vault-Token", fixture.Placeholders.Fill("{token}"));
        var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return response;
    }
}
