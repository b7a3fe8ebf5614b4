using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests.Auth;

public class TokenTests
{
    private const string ReadA = "path \"secret/data/a\" { capabilities = [\"read\"] }";

    [Fact]
    public async Task A_token_comes_from_a_file_and_is_read_again_when_Vault_refuses_it()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("a", new { value = "some-value" });
        var file = Path.Combine(fixture.Folder, "token");
        await File.WriteAllTextAsync(file, await fixture.TokenAsync(ReadA) + "\n");
        var backend = fixture.Backend(options => (options.Token, options.TokenFile) = (null, file));
        Assert.Equal("some-value", await backend.TextAsync("a"));

        await fixture.AdminAsync("POST", "auth/token/revoke", new { token = (await File.ReadAllTextAsync(file)).Trim() });
        Assert.Equal(SecretErrorCode.LoginRejected, (await backend.ErrorAsync("a")).Code);
        await File.WriteAllTextAsync(file, await fixture.TokenAsync(ReadA) + "\n");
        Assert.Equal("some-value", await backend.TextAsync("a"));
    }

    [Fact]
    public async Task Without_a_setting_the_token_of_vault_login_is_used()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("a", new { value = "some-value" });
        await File.WriteAllTextAsync(Path.Combine(fixture.Folder, ".vault-token"), fixture.Server.RootToken);
        Assert.Equal("some-value", await fixture.Backend(options => options.Token = null).TextAsync("a"));
    }

    [Fact]
    public async Task A_token_file_that_others_may_write_is_refused_with_its_remedy()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var file = Path.Combine(fixture.Folder, "token");
        await File.WriteAllTextAsync(file, fixture.Server.RootToken);
        File.SetUnixFileMode(file, (UnixFileMode)0b110_110_110);

        var error = await fixture.Backend(options => (options.Token, options.TokenFile) = (null, file)).ErrorAsync("a");

        Assert.Equal(SecretErrorCode.LoginRejected, error.Code);
        Assert.Contains($"chmod 600 {file}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_as_token_file_is_refused_and_not_waited_for()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var file = Path.Combine(fixture.Folder, "token");
        using var made = System.Diagnostics.Process.Start("mkfifo", file);
        await made.WaitForExitAsync();

        var error = await fixture.Backend(options => (options.Token, options.TokenFile) = (null, file)).ErrorAsync("a");

        Assert.Contains("not a regular file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_as_authority_is_a_wrong_setting_and_not_waited_for()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var file = Path.Combine(fixture.Folder, "ca.pem");
        using var made = System.Diagnostics.Process.Start("mkfifo", file);
        await made.WaitForExitAsync();

        Assert.Throws<SecretConfigurationException>(() => fixture.Backend(options => options.CaCertificate = file));
    }

    [Fact]
    public void Without_a_home_no_token_is_looked_for_in_the_working_folder() =>
        Assert.Null(new VaultOptions { Home = "" }.DefaultTokenFile);

    [Fact] // PROTOCOLS 34
    public async Task A_token_with_lease_duration_zero_does_not_end()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("a", new { value = "some-value" });
        var backend = fixture.Backend();
        await backend.TextAsync("a");
        await fixture.PassAsync(TimeSpan.FromSeconds(11));
        Assert.Null(backend.Session.TokenRenewal.DueAt);
        await fixture.PassAsync(TimeSpan.FromDays(400));
        var before = fixture.Server.Requests.Total;
        Assert.Equal("some-value", await backend.TextAsync("a"));
        Assert.Equal(before + 1, fixture.Server.Requests.Total);
    }

    [Fact]
    public async Task A_given_token_is_renewed_as_long_as_Vault_lets_it()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("a", new { value = "some-value" });
        var token = await fixture.TokenAsync(ReadA, ttl: "1h");
        var backend = fixture.Backend(options => options.Token = SecretValue.FromText(token));
        await backend.TextAsync("a");
        for (var minutes = 0; minutes < 300; minutes++)
            await fixture.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("some-value", await backend.TextAsync("a"));
    }

    [Fact]
    public async Task A_given_token_that_cannot_be_renewed_is_named_in_health()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("a", new { value = "some-value" });
        var token = await fixture.TokenAsync(ReadA, ttl: "1h", renewable: false);
        var backend = fixture.Backend(options => options.Token = SecretValue.FromText(token));
        await backend.TextAsync("a");
        Assert.Null(backend.Problem);
        await fixture.PassAsync(TimeSpan.FromSeconds(11));
        Assert.Contains("cannot be renewed", backend.Problem, StringComparison.Ordinal);
        await fixture.PassAsync(TimeSpan.FromHours(2));
        Assert.Equal(SecretErrorCode.LoginRejected, (await backend.ErrorAsync("a")).Code);
    }

    [Fact]
    public async Task A_given_token_is_not_revoked_at_the_end()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("a", new { value = "some-value" });
        var token = await fixture.TokenAsync(ReadA);
        var backend = fixture.Backend(options => options.Token = SecretValue.FromText(token));
        await backend.TextAsync("a");
        await backend.DisposeAsync();
        Assert.Equal("some-value", await fixture.Backend(options => options.Token = SecretValue.FromText(token)).TextAsync("a"));
    }
}
