using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Strongroom.AspNetCore;
using Trading.ServiceDefaults.Tests.Support;

namespace Trading.ServiceDefaults.Tests.Hosting;

[Collection(ProcessCollection.Name)]
public sealed class TradingServiceTests : IDisposable
{
    private readonly ServiceFolder _folder = new();

    [Fact]
    public async Task Service_with_its_secrets_is_ready_and_shows_metrics_on_the_management_listener_only()
    {
        await using var app = Build();
        await TradingService.StartAsync(app, TestContext.Current.CancellationToken);
        var listeners = app.Services.GetRequiredService<ServiceListeners>();
        using var http = new HttpClient();

        using var ready = await http.GetAsync(new Uri(listeners.Service, "/health/ready"), TestContext.Current.CancellationToken);
        using var metrics = await http.GetAsync(new Uri(listeners.Management, "/metrics"), TestContext.Current.CancellationToken);
        using var publicMetrics = await http.GetAsync(
            new Uri(listeners.Service, "/metrics"),
            TestContext.Current.CancellationToken
        );
        var details = await http.GetStringAsync(new Uri(listeners.Management, "/health"), TestContext.Current.CancellationToken);
        using var refresh = await http.PostAsync(
            new Uri(listeners.Management, "/secrets/refresh"),
            null,
            TestContext.Current.CancellationToken
        );

        Assert.Equal("""{"status":"ok"}""", await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.OK],
            [ready.StatusCode, metrics.StatusCode, publicMetrics.StatusCode, refresh.StatusCode]
        );
        Assert.Contains("alpaca/api_key_id", details, StringComparison.Ordinal);
        Assert.All(_folder.Values.Values, value => Assert.DoesNotContain(value, details, StringComparison.OrdinalIgnoreCase));
        await app.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task RunAsync_without_required_secrets_says_each_in_one_message_and_gives_3()
    {
        _folder.Values.Remove("ALPACA_API_SECRET_KEY");
        _folder.Values.Remove("CALLS_RISK_MANAGER_EXECUTION_GATEWAY");
        _folder.WriteDotenv();
        using var console = new CapturedConsole();

        var exit = await TradingService.RunAsync(Build());

        Assert.Equal(3, exit);
        Assert.Contains("alpaca", console.Text, StringComparison.Ordinal);
        Assert.Contains("calls/risk_manager/execution_gateway", console.Text, StringComparison.Ordinal);
        AssertOneClearMessage(console.Text);
    }

    [Fact]
    public async Task RunAsync_with_wrong_settings_says_all_of_them_without_their_values_and_gives_2()
    {
        using var console = new CapturedConsole();

        var exit = await TradingService.RunAsync(
            Build("--LOG_LEVEL=pineapple", "--TRADING_MODE=pineapple", "--MANAGEMENT_URL=pineapple", "--DRAIN_DELAY=pineapple")
        );

        Assert.Equal(2, exit);
        Assert.All(["LOG_LEVEL", "MANAGEMENT_URL", "DRAIN_DELAY"], setting =>
            Assert.Contains(setting, console.Text, StringComparison.Ordinal)
        );
        Assert.DoesNotContain("pineapple", console.Text, StringComparison.Ordinal);
        AssertOneClearMessage(console.Text);
    }

    [Fact]
    public async Task RunAsync_without_a_declaration_gives_2()
    {
        File.Delete(_folder.Path("secrets.json"));
        using var console = new CapturedConsole();

        var exit = await TradingService.RunAsync(Build());

        Assert.Equal(2, exit);
        Assert.Contains("SECRET_DECLARATION", console.Text, StringComparison.Ordinal);
        AssertOneClearMessage(console.Text);
    }

    [Fact]
    public async Task RunAsync_with_a_route_without_policy_gives_2_and_names_the_route()
    {
        using var console = new CapturedConsole();
        var app = Build();
        app.MapGet("/forgotten", () => "ok");

        var exit = await TradingService.RunAsync(app);

        Assert.Equal(2, exit);
        Assert.Contains("GET /forgotten", console.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("urls")]
    [InlineData("MANAGEMENT_URL")]
    public async Task RunAsync_with_a_port_in_use_names_the_port_and_the_setting_and_gives_1(string setting)
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;
        using var console = new CapturedConsole();

        var exit = await TradingService.RunAsync(Build($"--{setting}=http://127.0.0.1:{port}"));

        Assert.Equal(1, exit);
        Assert.Contains($"Port {port} is in use", console.Text, StringComparison.Ordinal);
        Assert.Contains("ASPNETCORE_URLS", console.Text, StringComparison.Ordinal);
        Assert.Contains("MANAGEMENT_URL", console.Text, StringComparison.Ordinal);
        AssertOneClearMessage(console.Text);
    }

    [Fact]
    public async Task MainAsync_with_an_unforeseen_failure_shows_neither_its_message_nor_a_stack_trace()
    {
        using var console = new CapturedConsole();

        var exit = await TradingService.MainAsync(() => throw new InvalidOperationException("pineapple"));

        Assert.Equal(1, exit);
        Assert.DoesNotContain("pineapple", console.Text, StringComparison.Ordinal);
        AssertOneClearMessage(console.Text);
    }

    private WebApplication Build(params string[] more)
    {
        var builder = TradingService.CreateBuilder("execution_gateway", _folder.Arguments(more));
        return builder.Build();
    }

    private static void AssertOneClearMessage(string text) => Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();
}
