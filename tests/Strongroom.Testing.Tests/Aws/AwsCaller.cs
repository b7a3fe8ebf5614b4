using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Strongroom.Testing.Tests.Aws;

/// <summary>Speaks the JSON protocol as any client does, signed, and shows what came back as it came.</summary>
internal sealed class AwsCaller(Uri url, SecretsManagerCredential credential, TimeProvider time, string region) : IDisposable
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Changes a request after it was signed.</summary>
    public Action<HttpRequestMessage>? Tamper { get; set; }

    /// <summary>Changes a request before it is signed.</summary>
    public Action<HttpRequestMessage>? Prepare { get; set; }

    public async Task<AwsAnswer> CallAsync(string operation, object? body = null)
    {
        var bytes = Encoding.UTF8.GetBytes(body as string ?? JsonSerializer.Serialize(body ?? new { }));
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        request.Headers.Add("X-Amz-Target", "secretsmanager." + operation);
        Prepare?.Invoke(request);
        new RequestSigner(credential, time, region).Sign(request, bytes);
        Tamper?.Invoke(request);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var all = response
            .Headers.Concat(response.Content.Headers)
            .ToDictionary(h => h.Key, h => string.Join(",", h.Value), StringComparer.OrdinalIgnoreCase);
        return new AwsAnswer(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            all
        );
    }

    /// <summary>A call that has to work.</summary>
    public async Task<JsonElement> DoAsync(string operation, object? body = null)
    {
        var answer = await CallAsync(operation, body);
        Assert.True(answer.Status == 200, $"{operation}: {answer.Status} {answer.Error}");
        return answer.Json;
    }

    /// <summary>A call that has to be refused so.</summary>
    public async Task<string> RefusedAsync(string error, string operation, object? body = null)
    {
        var answer = await CallAsync(operation, body);
        Assert.Equal((error, error == "InternalServiceError" ? 500 : 400), (answer.Error, answer.Status));
        return answer.Message;
    }

    public void Dispose() => http.Dispose();
}

internal sealed record AwsAnswer(int Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement.Clone();

    public string? Error => Status == 200 ? null : Json.GetProperty("__type").GetString();

    public string Message =>
        (Json.TryGetProperty(nameof(Message), out var text) || Json.TryGetProperty("message", out text) ? text.GetString() : null)
        ?? "";

    // An answer may hold a value, and an assertion prints what it compares.
    public override string ToString() => $"{Status}";
}
