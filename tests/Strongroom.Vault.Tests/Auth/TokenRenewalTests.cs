using Strongroom.Testing;
using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests.Auth;

public class KeepAliveTests
{
    private const int Failing = 2011;
    private const int KeptAgain = 2016;

    [Theory] // Seen in a real outage of an hour: a line every 5 seconds.
    [InlineData("given")]
    [InlineData("logged in for")]
    public async Task An_outage_of_fifty_minutes_is_two_lines(string token)
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("a", new { value = VaultFixture.Fresh() });
        var backend =
            token == "given"
                ? fixture.Backend()
                : fixture.AppRoleBackend(
                    await fixture.AppRoleAsync(
                        "app",
                        "path \"secret/data/a\" { capabilities = [\"read\"] }",
                        new { token_ttl = "30m", token_period = "30m" }
                    )
                );
        await backend.TextAsync("a");
        await fixture.Server.StopListeningAsync();

        await PassAsync(fixture, TimeSpan.FromMinutes(50));
        Assert.Equal(1, fixture.Log.Count(Failing));
        Assert.Equal(0, fixture.Log.Count(KeptAgain));

        await fixture.Server.ListenAgainAsync();
        await PassAsync(fixture, TimeSpan.FromMinutes(1));
        await backend.TextAsync("a");
        Assert.Equal(1, fixture.Log.Count(Failing));
        Assert.Equal(1, fixture.Log.Count(KeptAgain));
    }

    [Fact]
    public async Task Tries_that_fail_wait_15_to_30_seconds()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("a", new { value = VaultFixture.Fresh() });
        var backend = fixture.Backend();
        await backend.TextAsync("a");
        fixture.Server.Faults.Add(Fault.Status(500, """{"errors":["internal error"]}"""));
        var before = fixture.Server.Requests.Total;

        await PassAsync(fixture, TimeSpan.FromMinutes(50));

        Assert.InRange(fixture.Server.Requests.Total - before, 50 * 60 / 31, 50 * 60 / 15);
    }

    private static async Task PassAsync(VaultFixture fixture, TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(1))
            await fixture.PassAsync(TimeSpan.FromSeconds(1));
    }
}
