using Strongroom.Testing;
using Strongroom.Vault.Policies;
using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests;

/// <summary>The client's whole way of life, as the least privileged, on a server of each release.</summary>
public class OldServerTests
{
    private static readonly SecretDeclaration s_declaration = SecretDeclaration.Parse(
        """
        { "service": "execution_gateway", "secrets": [ { "name": "team/trader", "access": ["read", "write", "delete"] } ] }
        """
    );

    [Theory]
    [InlineData(VaultRelease.Current)]
    [InlineData(VaultRelease.V18)]
    public async Task A_secret_lives_its_life_on_servers_of_both_releases(VaultRelease release)
    {
        await using var fixture = await VaultFixture.StartAsync(options => options.Release = release);
        var ids = await fixture.AppRoleAsync("execution", VaultPolicy.For(s_declaration, "", "secret"));
        var backend = fixture.AppRoleBackend(ids);
        var location = BackendCalls.LocationOf("team/trader");

        Assert.Equal(SecretErrorCode.Missing, (await backend.ErrorAsync("team/trader")).Code);
        Assert.Equal("1", (await backend.SetAsync("team/trader#password", "value-one", SetCondition.Absent)).Version.Id);
        Assert.Equal("2", (await backend.SetAsync("team/trader#user", "user-one")).Version.Id);
        Assert.Equal(
            SecretErrorCode.Conflict,
            (
                await Assert.ThrowsAsync<SecretWriteException>(() =>
                    backend.SetAsync("team/trader#user", "user-two", SetCondition.Version(new SecretVersion("1")))
                )
            ).Code
        );
        Assert.Equal(
            "3",
            (await backend.SetAsync("team/trader#password", "value-two", SetCondition.Version(new SecretVersion("2")))).Version.Id
        );
        Assert.Equal("value-one", await backend.TextAsync("team/trader#password", "2"));
        Assert.Equal("user-one", await backend.TextAsync("team/trader#user"));

        await backend.DeleteAsync(location, CancellationToken.None);
        Assert.Equal(SecretErrorCode.Deleted, (await backend.ErrorAsync("team/trader#user")).Code);
        await backend.RestoreAsync(location, null, CancellationToken.None);
        Assert.Equal("4", (await backend.RestoreAsync(location, new SecretVersion("2"), CancellationToken.None)).Version.Id);
        Assert.Equal("value-one", await backend.TextAsync("team/trader#password"));
        Assert.Equal(
            ["4", "3", "2", "1"],
            (await backend.HistoryAsync(location, CancellationToken.None).ToListAsync()).Select(one => one.Version.Id)
        );
        var report = await backend.CheckPolicyAsync(s_declaration, [], CancellationToken.None);
        Assert.Empty(report.Missing);
        Assert.Empty(report.Excessive);

        await fixture.PassAsync(TimeSpan.FromMinutes(41));
        Assert.Equal(1, fixture.Server.Requests.Of("POST", "auth/token/renew-self", 200));
        Assert.Equal("value-one", await backend.TextAsync("team/trader#password"));
        Assert.Equal(1, fixture.Server.Requests.Logins);
        await backend.DisposeAsync();
        Assert.Equal(1, fixture.Server.Requests.Of("POST", "auth/token/revoke-self", 204));
    }

    [Fact]
    public async Task Two_hundred_starts_at_once_are_a_login_and_a_read_each()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("team/trader", new { value = "some-value" });
        var ids = await fixture.AppRoleAsync("execution", VaultPolicy.For(s_declaration, "", "secret"));
        var before = fixture.Server.Requests.Total;
        var backends = Enumerable.Range(0, 200).Select(_ => fixture.AppRoleBackend(ids)).ToList();
        var texts = await Task.WhenAll(backends.Select(backend => backend.TextAsync("team/trader")));
        Assert.All(texts, text => Assert.Equal("some-value", text));
        Assert.Equal(200, fixture.Server.Requests.Logins);
        Assert.Equal(before + 400, fixture.Server.Requests.Total);
    }
}
