using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PaperRun.Secrets;

/// <summary>
/// The few calls by which an administrator sets a Vault up, old ones included. Names in errors, never bodies: they may hold a
/// value.
/// </summary>
internal sealed class VaultAdmin(Uri address, string token) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        BaseAddress = new Uri(address, "/v1/"),
    };

    internal Task PostAsync(string path, JsonObject body, CancellationToken ct) => SendAsync(HttpMethod.Post, path, body, ct);

    internal Task PutAsync(string path, JsonObject body, CancellationToken ct) => SendAsync(HttpMethod.Put, path, body, ct);

    internal async Task<JsonElement> PostForDataAsync(string path, JsonObject body, CancellationToken ct) =>
        (await SendAsync(HttpMethod.Post, path, body, ct)).GetProperty("data");

    internal async Task<JsonElement> GetDataAsync(string path, CancellationToken ct) =>
        (await SendAsync(HttpMethod.Get, path, null, ct)).GetProperty("data");

    internal Task DeleteAsync(string path, CancellationToken ct) => SendAsync(HttpMethod.Delete, path, null, ct);

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("X-Vault-Token", token);
        request.Headers.Add("X-Vault-Request", "true");
        try
        {
            using var answer = await _http.SendAsync(request, ct);
            if (!answer.IsSuccessStatusCode)
                throw new PaperRunException(
                    $"Vault at {address} answered {(int)answer.StatusCode} to {method} {path}. The run needs a token that may "
                        + "mount, write policies and AppRoles, such as a dev server's root token."
                );
            return answer.StatusCode == HttpStatusCode.NoContent
                ? default
                : await answer.Content.ReadFromJsonAsync<JsonElement>(ct);
        }
        catch (HttpRequestException e)
        {
            throw new PaperRunException($"Vault at {address} cannot be reached ({e.HttpRequestError}). Check VAULT_ADDR.");
        }
    }
}
