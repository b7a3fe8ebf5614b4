using Strongroom.Testing;
using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests.Kv;

/// <summary>A mount that is another one than was thought, or gone, never reads as a secret that was deleted.</summary>
public class KvMountTests
{
    private const string Path = "database/password";

    [Fact]
    public async Task Read_of_a_mount_that_became_version_1_gives_the_value_that_is_there()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync(Path, new { value = VaultFixture.Fresh() });
        var backend = fixture.Backend(options => options.Token = SecretValue.FromText(fixture.Server.RootToken));
        await backend.TextAsync(Path);
        await fixture.AdminAsync("DELETE", "sys/mounts/secret");
        await fixture.AdminAsync("POST", "sys/mounts/secret", new { type = "kv", options = new { version = "1" } });
        var value = VaultFixture.Fresh();
        await fixture.AdminAsync("POST", $"secret/{Path}", new { value });

        Assert.Equal(value, await backend.TextAsync(Path));
    }

    [Theory]
    [InlineData("2")]
    [InlineData("1")]
    public async Task Read_under_a_narrow_token_of_a_mount_that_is_gone_is_a_settings_fault(string version)
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.AdminAsync("POST", "sys/mounts/kv", new { type = "kv", options = new { version } });
        await fixture.AdminAsync(
            "POST",
            version == "2" ? $"kv/data/{Path}" : $"kv/{Path}",
            version == "2" ? new { data = new { value = VaultFixture.Fresh() } } : new { value = VaultFixture.Fresh() }
        );
        var token = await fixture.TokenAsync(
            $"path \"kv/{(version == "2" ? "data/" : "")}{Path}\" {{ capabilities = [\"read\"] }}"
        );
        var backend = fixture.Backend(options => (options.KvMount, options.Token) = ("kv", SecretValue.FromText(token)));
        await backend.TextAsync(Path);
        await fixture.AdminAsync("DELETE", "sys/mounts/kv");

        var error = await backend.ErrorAsync(Path);

        Assert.IsNotType<SecretNotFoundException>(error);
        Assert.Contains("VAULT_KV_MOUNT", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2")]
    [InlineData("1")]
    public async Task Absence_is_not_believed_where_Vault_does_not_say_what_is_mounted(string version)
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.AdminAsync("POST", "sys/mounts/kv", new { type = "kv", options = new { version } });
        var token = await fixture.TokenAsync(
            $"path \"kv/{(version == "2" ? "data/" : "")}{Path}\" {{ capabilities = [\"read\"] }}"
        );
        var backend = fixture.Backend(options => (options.KvMount, options.Token) = ("kv", SecretValue.FromText(token)));
        fixture.Server.Faults.Add(
            Fault.Status(403, """{"errors":["preflight capability check returned 403"]}"""),
            new FaultTrigger { PathPrefix = "/v1/sys/internal/ui/mounts" }
        );

        var error = await backend.ErrorAsync(Path);

        Assert.IsNotType<SecretNotFoundException>(error);
    }

    [Fact]
    public async Task Absence_is_believed_where_the_engine_is_there_under_a_token_that_may_read_one_path()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var token = await fixture.TokenAsync($"path \"secret/data/{Path}\" {{ capabilities = [\"read\"] }}");

        var error = await fixture.Backend(options => options.Token = SecretValue.FromText(token)).ErrorAsync(Path);

        Assert.Equal(SecretErrorCode.Missing, error.Code);
    }

    [Theory]
    [InlineData("config/database")]
    [InlineData("data/database")]
    [InlineData("metadata")]
    public async Task Read_on_version_1_of_a_name_that_reads_like_version_2s_own_path_gives_its_value(string path)
    {
        await using var fixture = await VaultFixture.StartAsync();
        var value = VaultFixture.Fresh();
        await fixture.AdminAsync("POST", "sys/mounts/kv1", new { type = "kv", options = new { version = "1" } });
        await fixture.AdminAsync("POST", $"kv1/{path}", new { value });

        Assert.Equal(value, await fixture.Backend(options => options.KvMount = "kv1").TextAsync(path));
    }

    [Theory]
    [InlineData("3")]
    [InlineData("kv1-0123456789abcdef01234567")]
    public async Task Version_that_is_asked_of_a_version_1_engine_is_unsupported_and_not_gone(string version)
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.AdminAsync("POST", "sys/mounts/kv1", new { type = "kv", options = new { version = "1" } });
        await fixture.AdminAsync("POST", $"kv1/{Path}", new { value = VaultFixture.Fresh() });

        var error = await fixture.Backend(options => options.KvMount = "kv1").ErrorAsync(Path, version);

        Assert.Equal(SecretErrorCode.Unsupported, error.Code);
        Assert.Contains("is version 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Denied_read_on_version_1_names_the_line_of_version_1()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.AdminAsync("POST", "sys/mounts/kv1", new { type = "kv", options = new { version = "1" } });
        var token = await fixture.TokenAsync("path \"kv1/other\" { capabilities = [\"read\"] }");

        var error = await fixture
            .Backend(options => (options.KvMount, options.Token) = ("kv1", SecretValue.FromText(token)))
            .ErrorAsync(Path);

        Assert.Equal(SecretErrorCode.Denied, error.Code);
        Assert.Contains($"path \"kv1/{Path}\" {{ capabilities = [\"read\"] }}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Denied_read_under_a_token_that_may_do_nothing_there_says_that_the_mount_may_be_wrong()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync(Path, new { value = VaultFixture.Fresh() });
        var token = await fixture.TokenAsync($"path \"secret/data/{Path}\" {{ capabilities = [\"read\"] }}");

        var wrong = await fixture
            .Backend(options => (options.KvMount, options.Token) = ("elsewhere", SecretValue.FromText(token)))
            .ErrorAsync(Path);
        var right = await fixture.Backend(options => options.Token = SecretValue.FromText(token)).ErrorAsync("redis/password");

        Assert.Contains("VAULT_KV_MOUNT ('elsewhere')", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("VAULT_KV_MOUNT", right.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mount_that_names_a_folder_of_a_KV_engine_is_told_as_a_settings_fault()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync($"team/{Path}", new { value = VaultFixture.Fresh() });

        var error = await fixture.Backend(options => options.KvMount = "secret/team").ErrorAsync(Path);

        Assert.Equal(SecretErrorCode.SettingInvalid, error.Code);
    }
}
