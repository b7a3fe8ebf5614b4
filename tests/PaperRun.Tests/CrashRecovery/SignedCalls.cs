using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PaperRun.Tests.Support;

namespace PaperRun.Tests.CrashRecovery;

/// <summary>What the outside world and the risk manager may ask for, signed with the run's own secrets.</summary>
internal sealed class SignedCalls(HttpClient http, RunLocation place, Uri orchestrator, Uri gateway)
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
        request.Headers.Add(
            "X-Strongroom-Signature",
            $"t={now},v1={Convert.ToHexStringLower(MacOf("WEBHOOK_SECRET", $"{now}.{body}"))}"
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

    private string TokenFor(string caller, string callee, string method, string path)
    {
        var now = Now;
        var claims = Base64Url.EncodeToString(
            JsonSerializer.SerializeToUtf8Bytes(
                new Dictionary<string, object>
                {
                    ["iss"] = caller,
                    ["aud"] = callee,
                    ["iat"] = now,
                    ["exp"] = now + TokenLife,
                    ["mth"] = method,
                    ["pth"] = path,
                    ["jti"] = Guid.NewGuid().ToString("N"),
                }
            )
        );
        return $"{claims}.{Base64Url.EncodeToString(MacOf($"CALLS_{caller}_{callee}".ToUpperInvariant(), claims))}";
    }

    private byte[] MacOf(string secret, string text) =>
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(RunLocation.Read(place.Dotenv)[secret]), Encoding.UTF8.GetBytes(text));
}
