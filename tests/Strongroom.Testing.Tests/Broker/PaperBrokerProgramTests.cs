using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace Strongroom.Testing.Tests.Broker;

public sealed class PaperBrokerProgramTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly Dictionary<string, string> environment = [];
    private readonly StringWriter stdout = new();
    private readonly ListeningWriter stderr = new();

    public void Dispose()
    {
        stdout.Dispose();
        stderr.Dispose();
    }

    [Fact]
    public async Task Run_WithoutAPair_PrintsAFreshOneAndRunsUntilCancelled()
    {
        using var end = new CancellationTokenSource();
        var run = RunAsync(["--port", "0", "--acceleration", "600", "--seed", "3", "--date", "2026-05-04"], end.Token);
        var url = await stderr.Url.WaitAsync(TestContext.Current.CancellationToken);
        var printed = stdout.ToString().Split(['\n', '='], StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["ALPACA_API_KEY_ID", "ALPACA_API_SECRET_KEY"], [printed[0], printed[2]]);
        Assert.Equal(4, printed.Length);
        using var caller = new AlpacaCaller(url, new KeyPair(printed[1], printed[3]));
        var clock = await caller.GetAsync("/v2/clock");
        Assert.StartsWith("2026-05-04T09:3", clock.Json.Text("timestamp"), StringComparison.Ordinal);
        await end.CancelAsync();
        Assert.Equal(0, await run);
        Assert.Contains("one minute takes 0.1 s", stderr.ToString(), StringComparison.Ordinal);
        Assert.Contains("ended", stderr.ToString(), StringComparison.Ordinal);
        Assert.True(new LeakDetector(printed[3]).Scan(stderr.ToString(), "stderr").IsClean);
    }

    [Fact]
    public async Task Run_WithAPairInTheEnvironment_AcceptsItAndPrintsNothing()
    {
        var pair = KeyPair.Fresh();
        environment["ALPACA_API_KEY_ID"] = pair.KeyId;
        environment["ALPACA_API_SECRET_KEY"] = pair.Secret;
        environment["DEPLOYMENT_ENV"] = "local";
        using var end = new CancellationTokenSource();
        var run = RunAsync(["--port", "0"], end.Token);
        using var caller = new AlpacaCaller(await stderr.Url.WaitAsync(TestContext.Current.CancellationToken), pair);
        Assert.Equal(HttpStatusCode.OK, (await caller.GetAsync("/v2/account")).Status);
        await end.CancelAsync();
        Assert.Equal(0, await run);
        Assert.Empty(stdout.ToString());
        Assert.True(new LeakDetector(pair.Secret).Scan(stderr.ToString(), "stderr").IsClean);
    }

    [Fact]
    public async Task Run_OnAPortInUse_SaysSoInOneLine()
    {
        await using var other = await PaperBroker.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(1, await RunAsync(["--port", $"{other.Url.Port}"], TestContext.Current.CancellationToken));
        Assert.Equal(
            $"paper broker: port {other.Url.Port} is in use on 127.0.0.1: end the program that has it, or give another with "
                + "--port\n",
            stderr.ToString()
        );
        Assert.Empty(stdout.ToString());
    }

    [Fact]
    public async Task Run_InProduction_IsRefused()
    {
        environment["DEPLOYMENT_ENV"] = "production";
        Assert.Equal(1, await RunAsync(["--port", "0"], TestContext.Current.CancellationToken));
        Assert.Contains("DEPLOYMENT_ENV is 'production'", stderr.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithHalfAPair_IsRefused()
    {
        environment["ALPACA_API_KEY_ID"] = KeyPair.Fresh().KeyId;
        Assert.Equal(2, await RunAsync(["--port", "0"], TestContext.Current.CancellationToken));
        Assert.Contains("set both", stderr.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--port")]
    [InlineData("--port", "99999")]
    [InlineData("--acceleration", "0")]
    [InlineData("--date", "today")]
    [InlineData("--seed", "x")]
    [InlineData("--fast", "1")]
    public async Task Run_WithWrongArguments_SaysTheUsage(params string[] args)
    {
        Assert.Equal(2, await RunAsync(args, TestContext.Current.CancellationToken));
        Assert.Contains("usage: [--port N]", stderr.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OnAWeekend_IsRefused()
    {
        Assert.Equal(1, await RunAsync(["--port", "0", "--date", "2026-03-01"], TestContext.Current.CancellationToken));
        Assert.Contains("TradingDate is a weekday", stderr.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_CancelledBeforeItStarts_EndsCleanly()
    {
        Assert.Equal(0, await RunAsync(["--port", "0"], new CancellationToken(canceled: true)));
        Assert.Equal(2, await PaperBrokerProgram.RunAsync(["--port"], TestContext.Current.CancellationToken));
    }

    private Task<int> RunAsync(string[] args, CancellationToken ct) =>
        PaperBrokerProgram.RunAsync(args, environment.GetValueOrDefault, stdout, stderr, time, ct);

    /// <summary>Tells when the program says where it listens.</summary>
    private sealed class ListeningWriter : StringWriter
    {
        private readonly TaskCompletionSource<Uri> url = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Uri> Url => url.Task;

        public override Task WriteLineAsync(string? value)
        {
            base.WriteLine(value);
            if (value?.Split("listening on ", 2) is [_, var rest])
                url.TrySetResult(new Uri(rest[..rest.IndexOf(',', StringComparison.Ordinal)]));
            return Task.CompletedTask;
        }
    }
}
