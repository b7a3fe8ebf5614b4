using System.Net.Http.Json;
using PaperRun.Services;
using Strongroom;
using Strongroom.AspNetCore;
using Strongroom.Testing;
using Trading.Contracts;

namespace PaperRun.Day;

/// <summary>
/// One market day: starts a run by a signed webhook, as the outside world would, and lets the broker's clock go on each time the
/// orchestrator has finished a cycle. So the day is as fast as the platform, and the same every time.
/// </summary>
internal sealed class TradingDay(
    PaperBroker broker,
    Platform platform,
    ISecretManager secrets,
    PaperRunOptions options,
    DayProgress progress
)
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_cycleLimit = TimeSpan.FromSeconds(60);

    internal async Task<RunReport> RunAsync(CancellationToken ct)
    {
        using var http = Orchestrator();
        await broker.Clock.AdvanceAsync(PaperRunOptions.WarmUpBars, ct);
        var run = await StartRunAsync(http, ct);
        for (var done = 0; ; done++)
        {
            var report = await WaitForCycleAsync(http, run, done + 1, ct);
            var isOver = report.State is RunState.Done or RunState.MarketClosed;
            progress.Show(report.CyclesDone, report.Cycles, broker.Clock.Now, isOver);
            if (isOver)
            {
                await broker.Clock.AdvanceToCloseAsync(ct);
                return report;
            }
            await broker.Clock.AdvanceAsync(options.BarsPerCycle, ct);
        }
    }

    /// <summary>Starts the run and leaves the clock to the caller.</summary>
    internal async Task StartAsync(CancellationToken ct)
    {
        using var http = Orchestrator();
        await StartRunAsync(http, ct);
    }

    private HttpClient Orchestrator() =>
        new(
            new SignedCallHandler(new CallTokenSigner(secrets, "paper_run", TimeProvider.System), "orchestrator")
            {
                InnerHandler = new SocketsHttpHandler { UseProxy = false },
            }
        )
        {
            BaseAddress = platform.UrlOf("orchestrator"),
        };

    private async Task<Guid> StartRunAsync(HttpClient http, CancellationToken ct)
    {
        var request = new RunRequest(Guid.CreateVersion7(), options.Symbols, options.Cycles, options.BarsPerCycle, null);
        var body = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(request, TradingJson.Default.RunRequest);
        var secret = await secrets.GetAsync(SecretName.Parse("webhook/secret"), ct);
        using var message = new HttpRequestMessage(HttpMethod.Post, "/webhooks/runs") { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new("application/json");
        WebhookSignature.Sign(message.Headers, $"msg_{request.RunId:N}", TimeProvider.System.GetUtcNow(), body, secret.Value);
        using var answer = await http.SendAsync(message, ct);
        if (!answer.IsSuccessStatusCode)
            throw new PaperRunException($"The orchestrator did not take the run: {(int)answer.StatusCode}. Its log says why.");
        return (await answer.Content.ReadFromJsonAsync(TradingJson.Default.RunAccepted, ct))!.RunId;
    }

    private static async Task<RunReport> WaitForCycleAsync(HttpClient http, Guid run, int cycle, CancellationToken ct)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var report = (await http.GetFromJsonAsync($"/runs/{run}", TradingJson.Default.RunReport, ct))!;
            if (report.CyclesDone >= cycle || report.State is RunState.Done or RunState.MarketClosed)
                return report;
            if (TimeProvider.System.GetElapsedTime(began) > s_cycleLimit)
                throw new PaperRunException(
                    $"Cycle {cycle} is not done after {s_cycleLimit.TotalSeconds:0} s ({report.FailedAttempts} attempts "
                        + "failed). The services' logs say why."
                );
            await Task.Delay(s_look, TimeProvider.System, ct);
        }
    }
}
