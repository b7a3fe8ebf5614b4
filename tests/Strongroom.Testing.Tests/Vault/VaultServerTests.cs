using System.Net.Sockets;

namespace Strongroom.Testing.Tests.Vault;

public sealed class VaultServerTests : VaultTest
{
    private readonly CollectingLoggerProvider logs = new();

    private protected override VaultServerOptions Options => new() { LoggerProvider = logs };

    [Theory]
    [InlineData("production")]
    [InlineData("staging")]
    [InlineData("Local")]
    public async Task Start_InAnotherDeployment_IsRefused(string environment)
    {
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            VaultServer.StartAsync(new VaultServerOptions { DeploymentEnvironment = environment }, Ct)
        );
        Assert.Contains($"DEPLOYMENT_ENV is '{environment}'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Unset DEPLOYMENT_ENV", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("local")]
    [InlineData("test")]
    public async Task Start_LocallyOrInTest_Listens(string? environment)
    {
        await using var vault = await VaultServer.StartAsync(new VaultServerOptions { DeploymentEnvironment = environment }, Ct);
        Assert.True(vault.Url.IsLoopback);
    }

    [Fact]
    public async Task Start_WithWrongOptions_NamesEveryFaultAndNoToken()
    {
        var token = "with space " + Random();
        var options = new VaultServerOptions
        {
            Port = -1,
            RootToken = token,
            Release = (VaultRelease)9,
        };
        var fault = await Assert.ThrowsAsync<ArgumentException>(() => VaultServer.StartAsync(options, Ct));
        foreach (var name in new[] { "Port", "RootToken", "Release" })
            Assert.Contains(name, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(token, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RootToken_WithoutAChoice_IsAnotherForEachServer()
    {
        await using var other = await VaultServer.StartAsync(cancellationToken: Ct);
        Assert.NotEqual(Vault.RootToken, other.RootToken);
        (await As(Vault.RootToken, other).GetAsync("secret/config")).Is(403);
    }

    // DNS rebinding: a page in a browser must not reach a Vault on loopback by a name of its own.
    [Theory]
    [InlineData("vault.example.com")]
    [InlineData("127.0.0.1:1")]
    [InlineData("[::1]")]
    public async Task Request_MeantForAnotherHost_IsRefused(string host)
    {
        (await Root.GetAsync("sys/health", ("Host", host))).Is(421);
    }

    [Fact]
    public async Task StopListening_ThenListenAgain_KeepsPortTokensAndSecrets()
    {
        var (url, value) = (Vault.Url, Random());
        await WriteAsync("kept", value);
        await Vault.StopListeningAsync();
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => Root.GetAsync("secret/data/kept"));
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(refused.InnerException).SocketErrorCode);
        await Vault.ListenAgainAsync(Ct);
        Assert.Equal(url, Vault.Url);
        Assert.Equal(value, (await Root.GetAsync("secret/data/kept")).Data.GetProperty("data").Text("value"));
    }

    [Fact]
    public async Task Logs_AtTraceLevel_HoldNoSecretAndNoToken()
    {
        var value = Random();
        await WriteAsync("quiet", value);
        await Root.GetAsync("secret/data/quiet");
        await As("hvs." + value).GetAsync("secret/data/quiet");
        await Root.PostAsync("secret/data/quiet", $"{{\"data\":{value}");
        await Vault.StopListeningAsync();
        var text = logs.All;
        Assert.Contains("/v1/secret/data/quiet", text, StringComparison.Ordinal);
        Assert.True(new LeakDetector(value, Vault.RootToken).Scan(text, "logs").IsClean);
    }

    [Fact]
    public async Task Requests_OfSeveralPaths_AreCountedByMethodPathAndStatus()
    {
        await WriteAsync("a", Random());
        await Root.GetAsync("secret/data/a?version=1");
        await Root.GetAsync("secret/data/b");
        await Root.SendAsync("LIST", "secret/metadata");
        await Root.PostAsync("auth/approle/login");
        Assert.Equal(1, Vault.Requests.Of("GET", "secret/data/a", 200));
        Assert.Equal(1, Vault.Requests.Of(status: 404, path: "secret/data/b"));
        Assert.Equal(1, Vault.Requests.Of("LIST"));
        Assert.Equal((5, 1, 1), (Vault.Requests.Total, Vault.Requests.Logins, Vault.Requests.Connections));
    }

    // PROTOCOLS 3
    [Fact]
    public async Task Request_WithoutTheRequestHeaderWhereItIsRequired_Is412()
    {
        await using var guarded = await VaultServer.StartAsync(new VaultServerOptions { RequireRequestHeader = true }, Ct);
        var caller = As(guarded.RootToken, guarded);
        (await caller.GetAsync("secret/config")).Is(412);
        (await caller.GetAsync("secret/config", ("X-Vault-Request", "true"))).Is(200);
    }

    // PROTOCOLS 1: a bearer is taken too.
    [Fact]
    public async Task Token_AsBearer_IsTaken() =>
        (await As(null).GetAsync("secret/config", ("Authorization", $"Bearer {Vault.RootToken}"))).Is(200);

    // PROTOCOLS 13
    [Fact]
    public async Task Answer_OfEachRequest_HasAnIdOfItsOwn()
    {
        var (one, other) = (await Root.GetAsync("secret/config"), await Root.GetAsync("secret/config"));
        Assert.True(Guid.TryParse(one.Json.Text("request_id"), out var id));
        Assert.NotEqual(id.ToString(), other.Json.Text("request_id"));
    }

    [Fact]
    public async Task ClockSkew_Set_ShowsInDateHeaderAndHealth()
    {
        Vault.ClockSkew = TimeSpan.FromHours(2);
        var health = await Root.GetAsync("sys/health");
        Assert.Equal(Time.GetUtcNow().AddHours(2), DateTimeOffset.Parse(health.Headers["Date"]));
        Assert.Equal(Time.GetUtcNow().AddHours(2).ToUnixTimeSeconds(), health.Json.GetProperty("server_time_utc").GetInt64());
    }
}
