using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Strongroom.Vault.Auth;
using Strongroom.Vault.Tests.Support;
using Strongroom.Vault.Transport;

namespace Strongroom.Vault.Tests.Auth;

public class WrappedSecretIdTests
{
    private const string ReadA = "path \"secret/data/a\" { capabilities = [\"read\"] }";

    [Fact] // PROTOCOLS 28, 39
    public async Task It_is_unwrapped_once_and_serves_later_logins()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("a", new { value = "some-value" });
        var ids = await fixture.AppRoleAsync("reader", ReadA);
        var backend = Backend(fixture, ids, await WrapAsync(fixture, "auth/approle/role/reader/secret-id"));
        Assert.Equal("some-value", await backend.TextAsync("a"));
        await fixture.AdminAsync("POST", "auth/token/revoke", new { token = backend.Session.Current!.Token });
        Assert.Equal("some-value", await backend.TextAsync("a"));
        Assert.Equal(1, fixture.Server.Requests.Of("POST", "sys/wrapping/unwrap"));
        Assert.Equal(2, fixture.Server.Requests.Logins);
    }

    [Fact]
    public async Task A_second_unwrap_is_an_alarm_and_is_not_tried_again()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("a", new { value = "some-value" });
        var ids = await fixture.AppRoleAsync("reader", ReadA);
        var wrapping = await WrapAsync(fixture, "auth/approle/role/reader/secret-id");
        await Backend(fixture, ids, wrapping).TextAsync("a");
        var thief = Backend(fixture, ids, wrapping);
        var error = await thief.ErrorAsync("a");
        Assert.Equal(SecretErrorCode.LoginRejected, error.Code);
        Assert.False(error.IsTransient);
        await thief.ErrorAsync("a");
        Assert.Equal(1, fixture.Log.Count(2004));
        Assert.Equal(1, fixture.Server.Requests.Logins);
    }

    [Fact]
    public async Task A_wrapping_that_was_made_elsewhere_is_refused_unopened()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("a", new { value = "some-value" });
        var ids = await fixture.AppRoleAsync("reader", ReadA);
        await fixture.AppRoleAsync("other", ReadA);
        foreach (var path in new[] { "auth/approle/role/other/secret-id", "sys/wrapping/wrap" })
            Assert.Equal(
                SecretErrorCode.LoginRejected,
                (await Backend(fixture, ids, await WrapAsync(fixture, path)).ErrorAsync("a")).Code
            );
        Assert.Equal(0, fixture.Server.Requests.Of("POST", "sys/wrapping/unwrap"));
        Assert.Equal(2, fixture.Log.Count(2004));
    }

    [Fact]
    public async Task A_wrapping_of_another_role_names_the_setting_and_speaks_of_no_theft()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("a", new { value = "some-value" });
        var ids = await fixture.AppRoleAsync("reader", ReadA);
        await fixture.AppRoleAsync("other", ReadA);
        var wrapping = await WrapAsync(fixture, "auth/approle/role/other/secret-id");

        var error = await Backend(fixture, ids, wrapping).ErrorAsync("a");

        Assert.Contains("Correct VAULT_ROLE", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("already unwrapped", error.Message, StringComparison.Ordinal);
        // It was only looked at, so it can be used once the role is corrected.
        Assert.Equal(0, fixture.Server.Requests.Of("POST", "sys/wrapping/unwrap"));
    }

    [Theory]
    [InlineData("auth/approle/role/reader/secret-id", "reader", true)]
    [InlineData("auth/approle/role/reader/secret-id", null, true)]
    [InlineData("auth/approle/role/other/secret-id", "reader", false)]
    [InlineData("auth/approle/role//secret-id", null, false)]
    [InlineData("auth/approle/role/secret-id", null, false)]
    [InlineData("auth/approle/role/a/b/secret-id", null, false)]
    [InlineData("auth/other/role/reader/secret-id", null, false)]
    [InlineData("auth/approle/role/reader/custom-secret-id", null, false)]
    [InlineData(null, null, false)]
    public void IsOurs_takes_the_secret_id_of_the_role_and_nothing_else(string? path, string? role, bool expected)
    {
        var options = new VaultOptions { Addresses = [new Uri("http://127.0.0.1:1")] };
        using var client = new VaultClient(options, new FakeTimeProvider(), NullLogger.Instance);
        using var wrapped = new WrappedSecretId(client, "approle", role, NullLogger.Instance);
        Assert.Equal(expected, wrapped.IsOurs(path));
    }

    private static VaultBackend Backend(VaultFixture fixture, (string RoleId, string SecretId) ids, string wrapping) =>
        fixture.AppRoleBackend(ids, options =>
            (options.SecretId, options.WrappedSecretId, options.Role) = (null, SecretValue.FromText(wrapping), "reader")
        );

    private static async Task<string> WrapAsync(VaultFixture fixture, string path) =>
        (await fixture.AdminAsync("POST", path, new { }, header: ("X-Vault-Wrap-TTL", "120")))!["wrap_info"]![
            "token"
        ]!.GetValue<string>();
}
