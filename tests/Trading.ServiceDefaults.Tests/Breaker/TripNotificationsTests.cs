using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Strongroom;
using Strongroom.Breaker;
using Strongroom.Peers;
using Trading.ServiceDefaults.Tests.Support;

namespace Trading.ServiceDefaults.Tests.Breaker;

[Collection(ProcessCollection.Name)]
public sealed class TripNotificationsTests : IDisposable
{
    private readonly ServiceFolder _folder = new();

    [Fact]
    public async Task Password_is_accepted_by_the_real_server_and_reported_so()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var redis = await StartRedisAsync(ct);
        _folder.Values["REDIS_PASSWORD"] = redis.Password;
        _folder.WriteDotenv();
        var builder = TradingService.CreateBuilder(
            "execution_gateway",
            _folder.Arguments($"--REDIS_URL=redis://127.0.0.1:{redis.Port}")
        );
        await using var app = builder.Build();
        await TradingService.StartAsync(app, ct);

        await UntilAsync(() => StateOf(app).AcceptedVersion is not null, ct);

        Assert.Equal(StateOf(app).Version, StateOf(app).AcceptedVersion);
    }

    [Fact]
    public async Task Wrong_password_is_reported_and_stops_no_trading()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var redis = await StartRedisAsync(ct);
        _folder.Values["REDIS_PASSWORD"] = _folder.Values["ALPACA_API_KEY_ID"];
        _folder.WriteDotenv();
        var builder = TradingService.CreateBuilder(
            "execution_gateway",
            _folder.Arguments($"--REDIS_URL=redis://127.0.0.1:{redis.Port}")
        );
        await using var app = builder.Build();
        await TradingService.StartAsync(app, ct);

        await UntilAsync(() => StateOf(app).Condition == BundleCondition.Suspect, ct);

        Assert.Equal(CredentialPermission.All, app.Services.GetRequiredService<ICredentialBreaker>().Permission);
    }

    [Fact]
    public async Task Impostor_with_a_certificate_of_its_own_is_told_nothing()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var impostor = new RedisImpostor();
        var builder = TradingService.CreateBuilder(
            "execution_gateway",
            _folder.Arguments($"--REDIS_URL=rediss://127.0.0.1:{impostor.Port}")
        );
        await using var app = builder.Build();
        await TradingService.StartAsync(app, ct);

        await impostor.Visited.WaitAsync(TimeSpan.FromMinutes(2), ct);

        Assert.Empty(impostor.Told);
        Assert.Null(StateOf(app).AcceptedVersion);
    }

    [Theory]
    [InlineData("$536870912\r\n", "x")]
    [InlineData("*536870912\r\n", "$-1\r\n")]
    [InlineData("+", "x")]
    [InlineData("", "+OK\r\n")]
    public async Task Reply_as_large_as_the_server_likes_is_cut_off(string beginning, string more)
    {
        var ct = TestContext.Current.CancellationToken;
        byte[] block = [.. Enumerable.Repeat(Encoding.ASCII.GetBytes(more), 16 * 1024).SelectMany(bytes => bytes)];
        await using var redis = new FloodingRedis(Encoding.ASCII.GetBytes(beginning), block);
        var builder = TradingService.CreateBuilder(
            "execution_gateway",
            _folder.Arguments($"--REDIS_URL=redis://127.0.0.1:{redis.Port}")
        );
        await using var app = builder.Build();
        var before = GC.GetTotalAllocatedBytes();
        await TradingService.StartAsync(app, ct);

        await redis.CutOff.WaitAsync(TimeSpan.FromSeconds(60), ct);

        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 128L * 1024 * 1024);
    }

    [Theory]
    [InlineData("rediss://redis.internal:6379", false)]
    [InlineData("rediss://redis.internal", false)]
    [InlineData("rediss://other.internal", true)]
    [InlineData("rediss://redis.internal:6380", true)]
    [InlineData("redis://127.0.0.1", true)]
    public void Server_that_the_declaration_does_not_name_is_a_fault(string address, bool isFault)
    {
        var declaration = SecretDeclaration.Parse(
            """{ "service": "x", "secrets": [ { "name": "redis/password", "sendTo": ["rediss://redis.internal"] } ] }"""
        );
        var redis = RedisAddress.Read(address, DeploymentEnvironment.Production, [])!;

        Assert.Equal(isFault, TripNotificationsExtensions.FindFaults(redis, declaration, localOrTest: false).Any());
    }

    private static async Task<RedisServer> StartRedisAsync(CancellationToken ct)
    {
        try
        {
            return await RedisServer.StartAsync(ct);
        }
        catch (PeerMissingException e) when (PeerMissingException.MayBeSkipped)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }

    private static BundleState StateOf(WebApplication app) =>
        app.Services.GetRequiredService<ISecretManager>().State.Bundles.Single(bundle => bundle.Bundle == "redis/password");

    /// <summary>Looks at what a background service does, which does not say when it is done.</summary>
    private static async Task UntilAsync(Func<bool> condition, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
            await timer.WaitForNextTickAsync(limit.Token);
    }

    public void Dispose() => _folder.Dispose();
}
