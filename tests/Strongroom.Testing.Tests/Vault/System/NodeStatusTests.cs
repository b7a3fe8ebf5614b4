using System.Net;

namespace Strongroom.Testing.Tests.Vault.SystemPaths;

public sealed class NodeStatusTests : VaultTest
{
    // PROTOCOLS 40
    [Fact]
    public async Task Seal_ThenUnseal_ShowsInHealthAndKeepsSecrets()
    {
        await WriteAsync("a", Random());
        (await Root.GetAsync("sys/health")).Is(200);
        Vault.Seal();
        (await As(null).GetAsync("sys/health")).Is(503);
        (await As(null).GetAsync("sys/health?sealedcode=299")).Is(299);
        (await Root.GetAsync("secret/data/a")).IsRefusal(503, "Vault is sealed");
        Assert.True((await As(null).GetAsync("sys/seal-status")).Json.GetProperty("sealed").GetBoolean());
        (await As(null).PostAsync("sys/unseal", new { key = Random() })).Is(400);
        (await As(null).PostAsync("sys/unseal", new { key = Vault.UnsealKey })).Is(200);
        (await Root.GetAsync("secret/data/a")).Is(200);
    }

    [Fact]
    public async Task Seal_OverHttp_NeedsSudo()
    {
        var caller = await WithPolicyAsync("path \"sys/seal\" { capabilities = [\"update\"] }");
        (await caller.SendAsync("PUT", "sys/seal")).Is(403);
        Assert.False(Vault.IsSealed);
        (await Root.SendAsync("PUT", "sys/seal")).Is(204);
        Assert.True(Vault.IsSealed);
        Vault.Unseal();
    }

    // PROTOCOLS 2, 40
    [Fact]
    public async Task Standby_AskedForASecret_SendsToTheActiveOneAndSaysSoInHealth()
    {
        var value = Random();
        await WriteAsync("a", value);
        await using var standby = await Vault.StartStandbyAsync(cancellationToken: Ct);
        var caller = As(Vault.RootToken, standby);
        var redirect = await caller.GetAsync("secret/data/a?version=1");
        Assert.Equal(
            (HttpStatusCode.TemporaryRedirect, new Uri(Vault.Url, "/v1/secret/data/a?version=1").ToString()),
            (redirect.Status, redirect.Headers["Location"])
        );
        (await caller.GetAsync("sys/health")).Is(429);
        (await caller.GetAsync("sys/health?standbyok=true")).Is(200);
        (await caller.GetAsync("sys/health?standbycode=211")).Is(211);
        Assert.Equal(
            Vault.Url.GetLeftPart(UriPartial.Authority),
            (await caller.GetAsync("sys/leader")).Json.Text("leader_address")
        );

        standby.TakeOver();
        Assert.Equal(value, (await caller.GetAsync("secret/data/a")).Data.GetProperty("data").Text("value"));
        (await Root.GetAsync("secret/data/a")).Is(307);
        Assert.Equal((false, true), (Vault.IsActive, standby.IsActive));
        Vault.TakeOver();
    }

    // PROTOCOLS 4
    [Fact]
    public async Task Health_WithANamespace_IsNoPath() =>
        (await Root.GetAsync("sys/health", ("X-Vault-Namespace", "team"))).Is(404);
}
