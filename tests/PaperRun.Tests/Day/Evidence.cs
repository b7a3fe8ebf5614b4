using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using PaperRun.Tests.Support;

namespace PaperRun.Tests.Day;

/// <summary>
/// What a running platform shows to those who look and ask, kept as files: its processes' environments and command lines, its
/// health and metrics, and its answers to requests that are wrong in every way we know, some of which carry the service's own
/// secrets.
/// </summary>
internal sealed class Evidence(string folder)
{
    internal string Folder { get; } = Directory.CreateDirectory(folder).FullName;

    internal string PathOf(string kind, string name) =>
        Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, kind)).FullName, name);

    internal void Keep(string kind, string name, string text) => File.WriteAllText(PathOf(kind, name), text);

    internal void KeepProcess(string name, int process)
    {
        File.WriteAllBytes(PathOf("environ", name), File.ReadAllBytes($"/proc/{process}/environ"));
        File.WriteAllBytes(PathOf("cmdline", name), File.ReadAllBytes($"/proc/{process}/cmdline"));
    }

    internal async Task KeepAnswersAsync(
        HttpClient http,
        ServiceAddress service,
        IReadOnlyDictionary<string, string> secrets,
        string canary
    )
    {
        var name = service.Service;
        await KeepAsync("health", $"{name}.live", http, new(HttpMethod.Get, new Uri(service.Url, "/health/live")));
        await KeepAsync("health", $"{name}.ready", http, new(HttpMethod.Get, new Uri(service.Url, "/health/ready")));
        await KeepAsync("health", $"{name}.details", http, new(HttpMethod.Get, new Uri(service.Management, "/health")));
        await KeepAsync("metrics", name, http, new(HttpMethod.Get, new Uri(service.Management, "/metrics")));
        await KeepAsync(
            "problems",
            $"{name}.refresh-by-get",
            http,
            new(HttpMethod.Get, new Uri(service.Management, "/secrets/refresh"))
        );
        await KeepAsync(
            "problems",
            $"{name}.browser",
            http,
            WithHeader(new(HttpMethod.Get, new Uri(service.Management, "/health")), "Origin", "https://example.com")
        );
        await KeepAsync(
            "problems",
            $"{name}.nothing-there",
            http,
            new(HttpMethod.Get, new Uri(service.Url, "/nothing?note=" + Uri.EscapeDataString(canary)))
        );
        await KeepAsync(
            "problems",
            $"{name}.clear-nothing",
            http,
            new(HttpMethod.Post, new Uri(service.Management, $"/breaker/{Guid.Empty}/clear"))
            {
                Content = new StringContent("{}", Encoding.UTF8, "application/json"),
            }
        );
        foreach (var (variable, value) in secrets)
            await KeepEchoesAsync(http, service, variable, value);
    }

    /// <summary>It may come again, since what was refused is forgotten.</summary>
    private const string WebhookId = "msg_evidence";

    /// <summary>The webhook is the one door that takes what the outside world sends.</summary>
    internal async Task KeepWebhookAnswersAsync(HttpClient http, ServiceAddress orchestrator, string secret)
    {
        var url = new Uri(orchestrator.Url, "/webhooks/runs");
        var seconds = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        await KeepAsync("problems", "webhook.unsigned", http, Webhook(url, "{}", null));
        await KeepAsync("problems", "webhook.wrong-signature", http, Webhook(url, "{}", $"v1,{new string('A', 43)}=", seconds));
        await KeepAsync("problems", "webhook.secret-as-signature", http, Webhook(url, "{}", $"v1,{secret}", seconds));
        foreach (
            var (name, body) in new[]
            {
                ("no-json", "}"),
                ("secret-as-symbol", $$"""{"symbols":["{{secret}}"],"cycles":0,"barsPerCycle":0}"""),
            }
        )
        {
            var signature = WebhookSigner.Sign(secret, WebhookId, seconds.ToString(CultureInfo.InvariantCulture), body);
            await KeepAsync("problems", $"webhook.{name}", http, Webhook(url, body, signature, seconds));
        }
    }

    /// <summary>
    /// The service is sent its own secret in all places that a request has; nothing may come back or be written down.
    /// </summary>
    private async Task KeepEchoesAsync(HttpClient http, ServiceAddress service, string variable, string value)
    {
        var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(value));
        var path = new Uri(
            service.Url,
            $"/runs/{value}/orders/{base64.Replace('/', '_').Replace('+', '-')}?note={Uri.EscapeDataString(base64)}"
        );
        await KeepAsync("problems", $"{service.Service}.{variable}.path", http, new(HttpMethod.Get, path));
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(service.Url, "/orders"))
        {
            Content = new StringContent($$"""{"symbol":"{{value}}"}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", value);
        await KeepAsync("problems", $"{service.Service}.{variable}.token", http, WithHeader(request, "X-Note", base64));
    }

    private async Task KeepAsync(string kind, string name, HttpClient http, HttpRequestMessage request)
    {
        using (request)
        {
            using var answer = await http.SendAsync(request);
            Keep(
                kind,
                name,
                $"{(int)answer.StatusCode}\n{answer.Headers}{answer.Content.Headers}\n{await answer.Content.ReadAsStringAsync()}"
            );
        }
    }

    private static HttpRequestMessage Webhook(Uri url, string body, string? signature, long seconds = 0)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (signature is null)
            return request;
        request.Headers.Add("webhook-id", WebhookId);
        request.Headers.Add("webhook-timestamp", $"{seconds}");
        return WithHeader(request, "webhook-signature", signature);
    }

    private static HttpRequestMessage WithHeader(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Add(name, value);
        return request;
    }
}
