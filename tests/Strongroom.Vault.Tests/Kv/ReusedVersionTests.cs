using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests.Kv;

/// <summary>A secret whose metadata was removed and that was written again has version 1 again, and another value.</summary>
public sealed class ReusedVersionTests
{
    private static readonly SecretName s_password = ManagedVault.Password;

    [Fact]
    public async Task Refresh_of_a_secret_that_was_removed_and_written_again_takes_the_new_value()
    {
        await using var vault = await ManagedVault.StartAsync();
        var old = await vault.Manager.GetAsync(s_password);
        var value = await RemakeAsync(vault.Fixture);
        Assert.Empty(await vault.Runtime.RefreshAsync(CancellationToken.None));

        var secret = await vault.Manager.GetAsync(s_password);
        Assert.Equal((old.Version, value), (secret.Version, secret.Value.Reveal()));
        Assert.False(old.IsSameVersion(secret));
    }

    [Fact]
    public async Task Rejection_of_a_secret_that_was_removed_and_written_again_takes_the_new_value()
    {
        await using var vault = await ManagedVault.StartAsync();
        var used = await vault.Manager.GetAsync([s_password]);
        var value = await RemakeAsync(vault.Fixture);
        Assert.Equal(RejectionOutcome.Adopted, await vault.Reports.ReportRejectedAsync(used));
        Assert.Equal(value, (await vault.Manager.GetAsync(s_password)).Value.Reveal());
        Assert.Equal(RejectionOutcome.Superseded, await vault.Reports.ReportRejectedAsync(used));
    }

    [Fact]
    public async Task Refresh_of_a_secret_that_did_not_change_keeps_it()
    {
        await using var vault = await ManagedVault.StartAsync();
        var old = await vault.Manager.GetAsync(s_password);
        vault.Fixture.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(await vault.Runtime.RefreshAsync(CancellationToken.None));
        Assert.Same(old, await vault.Manager.GetAsync(s_password));
    }

    private static async Task<string> RemakeAsync(VaultFixture fixture)
    {
        await fixture.AdminAsync("DELETE", "secret/metadata/database/password");
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        var value = VaultFixture.Fresh();
        await fixture.PutAsync("database/password", new { value });
        return value;
    }
}
