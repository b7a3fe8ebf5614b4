using System.Net;
using System.Text;
using System.Text.Json;

namespace Strongroom.Testing.Tests;

/// <summary>Speaks to a broker as a client of Alpaca's does, and shows status and JSON as they came.</summary>
internal sealed class AlpacaCaller(Uri url, KeyPair? pair) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = url, Timeout = TimeSpan.FromSeconds(30) };

    public async Task<Answer> SendAsync(
        HttpMethod method,
        string path,
        object? body = null,
        Action<HttpRequestMessage>? edit = null
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (pair is not null)
        {
            request.Headers.Add("APCA-API-KEY-ID", pair.KeyId);
            request.Headers.Add("APCA-API-SECRET-KEY", pair.Secret);
        }
        if (body is not null)
            request.Content = new StringContent(
                body as string ?? JsonSerializer.Serialize(body),
                Encoding.UTF8,
                "application/json"
            );
        edit?.Invoke(request);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var headers = response
            .Headers.Concat(response.Content.Headers)
            .ToDictionary(h => h.Key, h => string.Join(",", h.Value), StringComparer.OrdinalIgnoreCase);
        return new Answer(response.StatusCode, text, headers);
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    public Task<Answer> OrderAsync(object body) => SendAsync(HttpMethod.Post, "/v2/orders", body);

    public async Task<JsonElement> MarketAsync(string symbol, string side, decimal qty)
    {
        var answer = await OrderAsync(
            new
            {
                symbol,
                side,
                qty,
                type = "market",
                time_in_force = "day",
            }
        );
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Json;
    }

    public async Task<JsonElement> LimitAsync(string symbol, string side, decimal qty, decimal price, string timeInForce = "day")
    {
        var answer = await OrderAsync(
            new
            {
                symbol,
                side,
                qty,
                type = "limit",
                limit_price = price,
                time_in_force = timeInForce,
            }
        );
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Json;
    }

    public void Dispose() => http.Dispose();
}

internal sealed record Answer(HttpStatusCode Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement.Clone();

    public void IsRefusal(int status, int? code, string message)
    {
        Assert.Equal(status, (int)Status);
        Assert.StartsWith("application/json", Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Contains(message, Json.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(code, Json.TryGetProperty("code", out var found) ? found.GetInt32() : null);
    }
}

internal static class JsonAccess
{
    public static string? Text(this JsonElement json, string name) => json.GetProperty(name).GetString();

    public static decimal Decimal(this JsonElement json, string name) => decimal.Parse(json.Text(name)!);
}
