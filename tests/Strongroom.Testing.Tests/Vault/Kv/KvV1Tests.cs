namespace Strongroom.Testing.Tests.Vault.Kv;

public sealed class KvV1Tests : VaultTest
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Root.DoAsync("POST", "sys/mounts/old/kv", new { type = "kv" });
    }

    [Fact]
    public async Task Secret_WrittenReadListedDeleted_HasNoVersions()
    {
        var value = Random();
        await Root.DoAsync("POST", "old/kv/db/password", new { value, ttl = "5m" });
        var answer = await Root.GetAsync("old/kv/db/password");
        Assert.Equal((value, 300), (answer.Data.Text("value"), answer.Json.GetProperty("lease_duration").GetInt32()));
        Assert.Equal("db/", (await Root.SendAsync("LIST", "old/kv")).Data.GetProperty("keys")[0].GetString());
        await Root.DoAsync("DELETE", "old/kv/db/password");
        (await Root.GetAsync("old/kv/db/password")).Is(404);
        (await Root.PostAsync("old/kv/empty")).IsRefusal(400, "missing data fields");
    }

    // PROTOCOLS 15: the mount may hold slashes, and says its version.
    [Fact]
    public async Task Mount_AskedForByAPathBelow_TellsWhereItIsAndItsVersion()
    {
        var answer = await Root.GetAsync("sys/internal/ui/mounts/old/kv/db/password");
        Assert.Equal("old/kv/", answer.Data.Text("path"));
        Assert.Equal("2", (await Root.GetAsync("sys/internal/ui/mounts/secret/x")).Data.GetProperty("options").Text("version"));
        (await Root.GetAsync("sys/internal/ui/mounts/none")).Is(403);
    }

    [Fact]
    public async Task Mount_OverAnother_IsRefused()
    {
        (await Root.PostAsync("sys/mounts/old", new { type = "kv" })).IsRefusal(400, "already in use");
        (await Root.PostAsync("sys/mounts/secret/below", new { type = "kv" })).Is(400);
        (await Root.PostAsync("sys/mounts/other", new { type = "nothing" })).IsRefusal(400, "plugin not found");
        await Root.DoAsync("DELETE", "sys/mounts/old/kv");
        (await Root.GetAsync("old/kv/x")).IsRefusal(404, "no handler for route");
    }
}
