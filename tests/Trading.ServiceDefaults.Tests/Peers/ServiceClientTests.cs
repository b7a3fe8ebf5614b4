using Microsoft.Extensions.DependencyInjection;
using Strongroom;
using Strongroom.AspNetCore.Tests.Support;
using Trading.ServiceDefaults.Tests.Support;

namespace Trading.ServiceDefaults.Tests.Peers;

public sealed class ServiceClientTests : IDisposable
{
    private readonly ServiceFolder _folder = new();

    [Fact]
    public async Task Call_carries_a_fresh_token_each_time()
    {
        await using var peer = await RecordingServer.StartAsync(context => RecordingServer.Answer(context, 200));
        var builder = TradingService.CreateBuilder("execution_gateway", _folder.Arguments($"--MARKET_DATA_URL={peer.Address}"));
        builder.AddServiceClient<Client>("market_data");
        await using var app = builder.Build();
        await TradingService.StartAsync(app, TestContext.Current.CancellationToken);
        var http = app.Services.GetRequiredService<Client>().Http;

        using var first = await http.GetAsync("/clock", TestContext.Current.CancellationToken);
        using var second = await http.GetAsync("/clock", TestContext.Current.CancellationToken);

        var tokens = peer.Requests.Select(request => request.Headers["Authorization"]).ToList();
        Assert.All(tokens, token => Assert.StartsWith("Bearer ", token, StringComparison.Ordinal));
        Assert.Equal(2, tokens.Distinct().Count());
        Assert.DoesNotContain(tokens, token =>
            token.Contains(_folder.Values["CALLS_EXECUTION_GATEWAY_MARKET_DATA"], StringComparison.OrdinalIgnoreCase)
        );
    }

    [Theory]
    [InlineData("https://user:pineapple@127.0.0.1:1")]
    [InlineData("http://127.0.0.1:1/path")]
    [InlineData("pineapple")]
    public async Task Start_with_an_unsafe_address_fails(string address)
    {
        var builder = TradingService.CreateBuilder("execution_gateway", _folder.Arguments($"--MARKET_DATA_URL={address}"));
        builder.AddServiceClient<Client>("market_data");
        await using var app = builder.Build();

        var error = await Assert.ThrowsAsync<SecretConfigurationException>(() =>
            TradingService.StartAsync(app, TestContext.Current.CancellationToken)
        );

        Assert.Contains("MARKET_DATA_URL", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pineapple", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_without_the_calls_key_in_the_declaration_fails()
    {
        var builder = TradingService.CreateBuilder("execution_gateway", _folder.Arguments());
        builder.AddServiceClient<Client>("signal_service");
        await using var app = builder.Build();

        var error = await Assert.ThrowsAsync<SecretConfigurationException>(() =>
            TradingService.StartAsync(app, TestContext.Current.CancellationToken)
        );

        Assert.Contains("calls/execution_gateway/signal_service", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    internal sealed class Client(HttpClient http)
    {
        internal HttpClient Http => http;
    }
}
