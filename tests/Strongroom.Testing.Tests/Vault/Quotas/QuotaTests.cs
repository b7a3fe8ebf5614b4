namespace Strongroom.Testing.Tests.Vault.Quotas;

public sealed class QuotaTests : VaultTest
{
    // PROTOCOLS 9, 10
    [Fact]
    public async Task Quota_UsedUp_Is429UntilTheIntervalIsOverAndSaysNothingMore()
    {
        await Root.DoAsync("POST", "sys/quotas/rate-limit/q", new { rate = 2, path = "secret" });
        (await Root.GetAsync("secret/config")).Is(200);
        (await Root.GetAsync("secret/config")).Is(200);
        var refused = await Root.GetAsync("secret/config");
        refused.IsRefusal(429, "request path \"secret/config\": rate limit quota exceeded");
        Assert.DoesNotContain("Retry-After", refused.Headers.Keys);
        (await Root.GetAsync("sys/mounts")).Is(200);
        Time.Advance(TimeSpan.FromSeconds(1));
        (await Root.GetAsync("secret/config")).Is(200);
    }

    // PROTOCOLS 10
    [Fact]
    public async Task Quota_WithABlockInterval_RefusesEverythingForThatLong()
    {
        await Root.DoAsync("POST", "sys/quotas/config", new { enable_rate_limit_response_headers = true });
        await Root.DoAsync(
            "POST",
            "sys/quotas/rate-limit/q",
            new
            {
                rate = 1,
                interval = "1s",
                block_interval = "60s",
            }
        );
        (await Root.GetAsync("secret/config")).Is(200);
        Assert.Equal("60", (await Root.GetAsync("secret/config")).Headers["Retry-After"]);
        Time.Advance(TimeSpan.FromSeconds(59));
        var refused = await Root.GetAsync("secret/config");
        Assert.Equal(
            (429, "1", "0"),
            ((int)refused.Status, refused.Headers["Retry-After"], refused.Headers["X-Ratelimit-Remaining"])
        );
        (await Root.GetAsync("sys/health")).Is(200);
        Time.Advance(TimeSpan.FromSeconds(1));
        (await Root.GetAsync("secret/config")).Is(200);
    }

    [Fact]
    public async Task Quota_ReadListedDeleted_NoLongerHolds()
    {
        await Root.DoAsync("POST", "sys/quotas/rate-limit/q", new { rate = 1, path = "secret/" });
        Assert.Equal(1, (await Root.GetAsync("sys/quotas/rate-limit/q")).Data.GetProperty("rate").GetInt32());
        Assert.Equal("""["q"]""", (await Root.SendAsync("LIST", "sys/quotas/rate-limit")).Data.GetProperty("keys").GetRawText());
        await Root.DoAsync("DELETE", "sys/quotas/rate-limit/q");
        for (var i = 0; i < 3; i++)
            (await Root.GetAsync("secret/config")).Is(200);
        (await Root.PostAsync("sys/quotas/rate-limit/q", new { rate = 0 })).Is(400);
        (await Root.PostAsync("sys/quotas/rate-limit/q", new { rate = 1, path = "none" })).Is(400);
    }
}
