using System.Text.Json;

namespace Strongroom.Testing.Tests.Vault.Auth;

public sealed class TokenTests : VaultTest
{
    // PROTOCOLS 7
    [Fact]
    public async Task Token_MissingWrongOrExpired_IsDenied()
    {
        var token = await TokenAsync(new { ttl = "1m" });
        (await As(token).GetAsync("auth/token/lookup-self")).Is(200);
        Time.Advance(TimeSpan.FromMinutes(1));
        (await As(token).GetAsync("auth/token/lookup-self")).IsRefusal(403, "invalid token");
        (await As("hvs." + Random()).GetAsync("auth/token/lookup-self")).IsRefusal(403, "permission denied");
        (await As(null).GetAsync("auth/token/lookup-self")).Is(403);
    }

    // PROTOCOLS 34
    [Fact]
    public async Task Root_LookedUp_NeverExpires()
    {
        var data = (await Root.GetAsync("auth/token/lookup-self")).Data;
        Assert.Equal(
            (0, JsonValueKind.Null, false),
            (
                data.GetProperty("ttl").GetInt32(),
                data.GetProperty("expire_time").ValueKind,
                data.GetProperty("renewable").GetBoolean()
            )
        );
        Time.Advance(TimeSpan.FromDays(1000));
        (await Root.GetAsync("auth/token/lookup-self")).Is(200);
    }

    // PROTOCOLS 31: the outage of day 33.
    [Fact]
    public async Task Renew_AgainAndAgain_EndsAtTheSystemsMaximum()
    {
        var token = As(await TokenAsync(new { policies = "default" }));
        for (var day = 0; day < 31; day++)
        {
            Time.Advance(TimeSpan.FromDays(1));
            (await token.PostAsync("auth/token/renew-self")).Is(200);
        }
        var last = await token.PostAsync("auth/token/renew-self", new { increment = "48h" });
        Assert.Equal(86400, last.Auth.GetProperty("lease_duration").GetInt32());
        Assert.Contains("capped", last.Json.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
        Time.Advance(TimeSpan.FromDays(1));
        (await token.GetAsync("auth/token/lookup-self")).Is(403);
    }

    // PROTOCOLS 31
    [Fact]
    public async Task Renew_OfAPeriodicToken_ResetsToItsPeriodForEver()
    {
        var token = As(await TokenAsync(new { period = "1h" }));
        for (var i = 0; i < 2000; i += 100)
        {
            Time.Advance(TimeSpan.FromMinutes(59));
            Assert.Equal(
                3600,
                (await token.PostAsync("auth/token/renew-self", new { increment = "100h" }))
                    .Auth.GetProperty("lease_duration")
                    .GetInt32()
            );
        }
    }

    // PROTOCOLS 31
    [Fact]
    public async Task Renew_WithAnExplicitMaximum_StopsThere()
    {
        var token = As(await TokenAsync(new { ttl = "30m", explicit_max_ttl = "1h" }));
        Time.Advance(TimeSpan.FromMinutes(29));
        Assert.Equal(1800, (await token.PostAsync("auth/token/renew-self")).Auth.GetProperty("lease_duration").GetInt32());
        Time.Advance(TimeSpan.FromMinutes(21));
        var capped = await token.PostAsync("auth/token/renew-self");
        Assert.Equal(600, capped.Auth.GetProperty("lease_duration").GetInt32());
        Assert.NotEqual(JsonValueKind.Null, capped.Json.GetProperty("warnings").ValueKind);
    }

    // PROTOCOLS 30
    [Fact]
    public async Task Batch_Token_HasNoAccessorAndIsNotRenewed()
    {
        var made = await Root.PostAsync(
            "auth/token/create",
            new
            {
                type = "batch",
                policies = "default",
                ttl = "1h",
            }
        );
        Assert.Equal(
            ("batch", "", false),
            (made.Auth.Text("token_type"), made.Auth.Text("accessor"), made.Auth.GetProperty("renewable").GetBoolean())
        );
        (await As(made.ClientToken).PostAsync("auth/token/renew-self")).IsRefusal(400, "not renewable");
    }

    // PROTOCOLS 33
    [Fact]
    public async Task Revoke_OfAParent_EndsItsChildrenButNotOrphans()
    {
        var parent = await TokenAsync(new { policies = "root", ttl = "1h" });
        var child = (await As(parent).PostAsync("auth/token/create", new { ttl = "1h", policies = "default" })).ClientToken;
        var orphan = (
            await As(parent).PostAsync("auth/token/create-orphan", new { ttl = "1h", policies = "default" })
        ).ClientToken;
        await Root.DoAsync("POST", "auth/token/revoke", new { token = parent });
        (await As(child).GetAsync("auth/token/lookup-self")).Is(403);
        (await As(orphan).GetAsync("auth/token/lookup-self")).Is(200);
    }

    [Fact]
    public async Task RevokeOrphan_OfAParent_LetsItsChildrenLive()
    {
        var parent = await TokenAsync(new { policies = "root", ttl = "1h" });
        var child = (await As(parent).PostAsync("auth/token/create", new { ttl = "5h", policies = "default" })).ClientToken;
        await Root.DoAsync("POST", "auth/token/revoke-orphan", new { token = parent });
        Time.Advance(TimeSpan.FromHours(2));
        (await As(child).GetAsync("auth/token/lookup-self")).Is(200);
    }

    [Fact]
    public async Task Accessor_OfAToken_LooksRenewsAndRevokesWithoutShowingIt()
    {
        var made = await Root.PostAsync("auth/token/create", new { ttl = "1h", policies = "default" });
        var accessor = made.Auth.Text("accessor")!;
        var looked = await Root.PostAsync("auth/token/lookup-accessor", new { accessor });
        Assert.DoesNotContain(made.ClientToken, looked.Text, StringComparison.Ordinal);
        Assert.Contains(accessor, (await Root.SendAsync("LIST", "auth/token/accessors")).Text, StringComparison.Ordinal);
        (await Root.PostAsync("auth/token/renew-accessor", new { accessor })).Is(200);
        await Root.DoAsync("POST", "auth/token/revoke-accessor", new { accessor });
        (await As(made.ClientToken).GetAsync("auth/token/lookup-self")).Is(403);
        (await Root.PostAsync("auth/token/lookup-accessor", new { accessor })).Is(403);
    }

    [Fact]
    public async Task Uses_OfALimitedToken_AreCountedDown()
    {
        var token = As(await TokenAsync(new { num_uses = 2, policies = "default" }));
        (await token.GetAsync("auth/token/lookup-self")).Is(200);
        (await token.GetAsync("auth/token/lookup-self")).Is(200);
        (await token.GetAsync("auth/token/lookup-self")).Is(403);
    }

    [Fact]
    public async Task Create_ByAnOrdinaryToken_GivesNoMoreThanItHas()
    {
        var caller = await WithPolicyAsync("path \"auth/token/create\" { capabilities = [\"update\", \"create\"] }");
        (await caller.PostAsync("auth/token/create", new { policies = "root" })).IsRefusal(400, "subset of parent");
        (await caller.PostAsync("auth/token/create", new { no_parent = true })).Is(400);
        (await caller.PostAsync("auth/token/create", new { period = "1h" })).Is(400);
        (await caller.PostAsync("auth/token/create", new { ttl = "1h" })).Is(200);
    }
}
