namespace Strongroom.Testing.Tests.Vault.SystemPaths;

public sealed class NamespaceTests : VaultTest
{
    private readonly string value = RandomText();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Root.DoAsync("POST", "sys/namespaces/team");
        await Root.DoAsync("POST", "sys/namespaces/inner", new { }, ("X-Vault-Namespace", "team"));
        await Root.DoAsync("POST", "sys/mounts/secret", new { type = "kv-v2" }, ("X-Vault-Namespace", "team"));
        await Root.DoAsync("POST", "secret/data/a", new { data = new { value } }, ("X-Vault-Namespace", "team/"));
    }

    // PROTOCOLS 4
    [Fact]
    public async Task Namespace_ByHeaderOrPrefix_IsTheSameAndApartFromTheRoot()
    {
        Assert.Equal(
            value,
            (await Root.GetAsync("secret/data/a", ("X-Vault-Namespace", "team"))).Data.GetProperty("data").Text("value")
        );
        Assert.Equal(value, (await Root.GetAsync("team/secret/data/a")).Data.GetProperty("data").Text("value"));
        (await Root.GetAsync("secret/data/a")).Is(404);
        Assert.Equal("""["team/"]""", (await Root.SendAsync("LIST", "sys/namespaces")).Data.GetProperty("keys").GetRawText());
        Assert.Equal(
            "team/inner/",
            (await Root.GetAsync("sys/namespaces/inner", ("X-Vault-Namespace", "team"))).Data.Text("path")
        );
        (await Root.GetAsync("secret/config", ("X-Vault-Namespace", "none"))).IsRefusal(404, "no handler for route");
    }

    [Fact]
    public async Task Token_OfATenant_IsNobodyElsewhere()
    {
        await Root.DoAsync(
            "PUT",
            "sys/policies/acl/all",
            new { policy = "path \"secret/*\" { capabilities = [\"read\"] }" },
            ("X-Vault-Namespace", "team")
        );
        var made = await Root.PostAsync("auth/token/create", new { policies = "all" }, ("X-Vault-Namespace", "team"));
        var caller = As(made.ClientToken);
        (await caller.GetAsync("team/secret/data/a")).Is(200);
        (await caller.GetAsync("secret/data/a")).Is(403);
    }

    [Fact]
    public async Task Policy_OfTheParent_NamesTheChildInItsPaths()
    {
        var caller = await WithPolicyAsync("path \"team/secret/data/a\" { capabilities = [\"read\"] }");
        (await caller.GetAsync("secret/data/a", ("X-Vault-Namespace", "team"))).Is(200);
        (await caller.GetAsync("secret/data/b", ("X-Vault-Namespace", "team"))).Is(403);
    }

    [Fact]
    public async Task Namespace_MadeTwiceOrDeleted_IsRefusedOrGone()
    {
        (await Root.PostAsync("sys/namespaces/team")).Is(400);
        await Root.DoAsync("DELETE", "sys/namespaces/inner", null, ("X-Vault-Namespace", "team"));
        (await Root.GetAsync("sys/namespaces/inner", ("X-Vault-Namespace", "team"))).Is(404);
    }

    private static string RandomText() => Random();
}
