using System.Net;
using System.Text;
using System.Text.Json;

namespace Strongroom.Testing.Tests.Vault;

/// <summary>Speaks to a Vault as any client does, and shows status and JSON as they came. Follows no redirect.</summary>
internal sealed class VaultCaller(Uri url, string? token, HttpMessageHandler? handler = null) : IDisposable
{
    private readonly HttpClient http = new(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        BaseAddress = url,
        Timeout = TimeSpan.FromSeconds(30),
    };

    public async Task<VaultAnswer> SendAsync(
        string method,
        string path,
        object? body = null,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(method),
            new Uri($"{url.GetLeftPart(UriPartial.Authority)}/v1/{path}")
        );
        if (token is not null)
            request.Headers.Add("X-Vault-Token", token);
        if (body is not null)
            request.Content = new StringContent(
                body as string ?? JsonSerializer.Serialize(body),
                Encoding.UTF8,
                "application/json"
            );
        foreach (var (name, value) in headers)
            if (name == "Content-Type")
                request.Content!.Headers.ContentType = new(value);
            else
                request.Headers.Add(name, value);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var all = response
            .Headers.Concat(response.Content.Headers)
            .ToDictionary(h => h.Key, h => string.Join(",", h.Value), StringComparer.OrdinalIgnoreCase);
        return new VaultAnswer(response.StatusCode, text, all);
    }

    public Task<VaultAnswer> GetAsync(string path, params (string, string)[] headers) => SendAsync("GET", path, null, headers);

    public Task<VaultAnswer> PostAsync(string path, object? body = null, params (string, string)[] headers) =>
        SendAsync("POST", path, body ?? new { }, headers);

    public async Task<JsonElement> DoAsync(string method, string path, object? body = null, params (string, string)[] headers)
    {
        var answer = await SendAsync(method, path, body, headers);
        Assert.True((int)answer.Status is 200 or 204, $"{method} {path}: {(int)answer.Status} {answer.Text}");
        return answer.Text.Length == 0 ? default : answer.Json;
    }

    public void Dispose() => http.Dispose();
}

internal sealed record VaultAnswer(HttpStatusCode Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement.Clone();

    public JsonElement Data => Json.GetProperty("data");

    public JsonElement Auth => Json.GetProperty("auth");

    public string ClientToken => Auth.GetProperty("client_token").GetString()!;

    public IReadOnlyList<string?> Errors => [.. Json.GetProperty("errors").EnumerateArray().Select(e => e.GetString())];

    public void Is(int status)
    {
        Assert.True(status == (int)Status, $"{(int)Status} {Text}, {status} expected");
    }

    public void IsRefusal(int status, string part)
    {
        Is(status);
        Assert.Contains(part, string.Join('\n', Errors), StringComparison.Ordinal);
    }
}
