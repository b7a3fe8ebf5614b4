using System.Text.Json;

namespace Strongroom.Testing.Tests.Vault.Wrapping;

public sealed class WrappingTests : VaultTest
{
    // PROTOCOLS 28, 39
    [Fact]
    public async Task Wrapped_Answer_HasNoDataAndIsUnwrappedOnce()
    {
        var value = Random();
        await WriteAsync("w", value);
        var info = await WrapAsync("secret/data/w");
        Assert.Equal(("secret/data/w", 120), (info.Text("creation_path"), info.GetProperty("ttl").GetInt32()));
        var wrapped = As(info.Text("token"));
        Assert.Equal(value, (await wrapped.PostAsync("sys/wrapping/unwrap")).Data.GetProperty("data").Text("value"));
        (await wrapped.PostAsync("sys/wrapping/unwrap")).IsRefusal(400, "wrapping token is not valid or does not exist");
    }

    // PROTOCOLS 28: looking costs nothing and needs no token.
    [Fact]
    public async Task Lookup_WithoutAToken_TellsWhereItWasMadeAndSpendsNothing()
    {
        await WriteAsync("w", Random());
        var token = (await WrapAsync("secret/data/w")).Text("token");
        for (var i = 0; i < 2; i++)
            Assert.Equal(
                "secret/data/w",
                (await As(null).PostAsync("sys/wrapping/lookup", new { token })).Data.Text("creation_path")
            );
        (await As(Vault.RootToken).PostAsync("sys/wrapping/unwrap", new { token })).Is(200);
        (await As(null).PostAsync("sys/wrapping/lookup", new { token })).Is(400);
    }

    // PROTOCOLS 39: as header and body at once it counts as two uses.
    [Fact]
    public async Task Unwrap_WithTheTokenAsHeaderAndBody_LosesTheContent()
    {
        await WriteAsync("w", Random());
        var token = (await WrapAsync("secret/data/w")).Text("token")!;
        (await As(token).PostAsync("sys/wrapping/unwrap", new { token })).Is(400);
        (await As(token).PostAsync("sys/wrapping/unwrap")).Is(400);
    }

    [Fact]
    public async Task Unwrap_AfterItsTime_IsRefused()
    {
        await WriteAsync("w", Random());
        var token = (await WrapAsync("secret/data/w")).Text("token");
        Time.Advance(TimeSpan.FromMinutes(2));
        (await As(token).PostAsync("sys/wrapping/unwrap")).Is(400);
    }

    [Fact]
    public async Task Wrapping_Token_OpensNothingElse()
    {
        await WriteAsync("w", Random());
        var token = As((await WrapAsync("secret/data/w")).Text("token"));
        (await token.GetAsync("secret/data/w")).Is(403);
    }

    [Fact]
    public async Task Rewrap_OfAToken_GivesAFreshOneAndEndsTheOld()
    {
        var value = Random();
        var made = (await Root.PostAsync("sys/wrapping/wrap", new { value }, ("X-Vault-Wrap-TTL", "60")))
            .Json.GetProperty("wrap_info")
            .Text("token");
        var fresh = (await Root.PostAsync("sys/wrapping/rewrap", new { token = made }))
            .Json.GetProperty("wrap_info")
            .Text("token");
        (await As(made).PostAsync("sys/wrapping/unwrap")).Is(400);
        Assert.Equal(value, (await As(fresh).PostAsync("sys/wrapping/unwrap")).Data.Text("value"));
        (await Root.PostAsync("sys/wrapping/wrap", new { value })).Is(400);
    }

    [Fact]
    public async Task Wrapped_Login_HidesItsTokenUntilUnwrapped()
    {
        var answer = await Root.PostAsync("auth/token/create", new { ttl = "1h" }, ("X-Vault-Wrap-TTL", "60s"));
        Assert.Equal(JsonValueKind.Null, answer.Auth.ValueKind);
        var unwrapped = await As(answer.Json.GetProperty("wrap_info").Text("token")).PostAsync("sys/wrapping/unwrap");
        (await As(unwrapped.ClientToken).GetAsync("auth/token/lookup-self")).Is(200);
    }

    private async Task<JsonElement> WrapAsync(string path)
    {
        var answer = await Root.GetAsync(path, ("X-Vault-Wrap-TTL", "120s"));
        answer.Is(200);
        Assert.Equal(JsonValueKind.Null, answer.Data.ValueKind);
        return answer.Json.GetProperty("wrap_info");
    }
}
