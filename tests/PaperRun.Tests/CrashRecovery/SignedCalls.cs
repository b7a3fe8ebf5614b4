using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PaperRun.Tests.Support;

namespace PaperRun.Tests.CrashRecovery;

/// <summary>What the outside world and the risk manager may ask for, signed with the run's own secrets.</summary>
internal sealed class SignedCalls(HttpClient http, RunLocation location, Uri orchestrator, Uri gateway)
{
    private const long TokenLife = 30;

    /// <summary>Starts a run; false where the orchestrator could not take it now.</summary>
    internal async Task<bool> StartRunAsync(Guid run, IReadOnlyList<string> symbols, int cycles)
    {
        var body = JsonSerializer.Serialize(
            new Dictionary<string, object>
            {
                ["runId"] = run,
                ["symbols"] = symbols,
                ["cycles"] = cycles,
                ["barsPerCycle"] = 1,
            }
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(orchestrator, "/webhooks/runs"))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        var now = Now.ToString(CultureInfo.InvariantCulture);
        // Its own id each time: what a killed process did with the last one is not known, and a run's id makes it once.
        var id = $"msg_{Guid.NewGuid():N}";
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", now);
        request.Headers.Add(
            "webhook-signature",
            WebhookSigner.Sign(RunLocation.Read(location.Dotenv)["WEBHOOK_SECRET"], id, now, body)
        );
        using var answer = await http.SendAsync(request);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>
    /// Sends the gateway an order in the risk manager's name and gives its state, or the status where it was not taken.
    /// </summary>
    internal async Task<string> SubmitAsync(Guid run, int cycle, string symbol)
    {
        var order = new Dictionary<string, object>
        {
            ["clientOrderId"] = $"{run:N}-{cycle}-{symbol}",
            ["runId"] = run,
            ["cycle"] = cycle,
            ["symbol"] = symbol,
            ["side"] = "buy",
            ["quantity"] = 1,
            ["kind"] = "market",
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway, "/orders"))
        {
            Content = new StringContent(JsonSerializer.Serialize(order), Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Bearer", TokenFor("risk_manager", "execution_gateway", "POST", "/orders"));
        using var answer = await http.SendAsync(request);
        if (!answer.IsSuccessStatusCode)
            return $"{(int)answer.StatusCode}";
        using var report = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return report.RootElement.GetProperty("state").GetString()!;
    }

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    private string TokenFor(string caller, string callee, string method, string target)
    {
        var now = Now;
        var token =
            Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8)
            + "."
            + Base64Url.EncodeToString(
                JsonSerializer.SerializeToUtf8Bytes(
                    new Dictionary<string, object>
                    {
                        ["iss"] = caller,
                        ["aud"] = callee,
                        ["iat"] = now,
                        ["exp"] = now + TokenLife,
                        ["htm"] = method,
                        ["target"] = target,
                        ["jti"] = Guid.NewGuid().ToString("N"),
                    }
                )
            );
        var key = RunLocation.Read(location.Dotenv)[$"CALLS_{caller}_{callee}".ToUpperInvariant()];
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(token));
        return $"{token}.{Base64Url.EncodeToString(mac)}";
    }
}
