using Microsoft.Extensions.Configuration;
using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests;

public sealed class VaultSettingsTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void Settings_are_read_by_their_names()
    {
        var file = _home.File("a.pem");
        File.WriteAllText(file, "");
        var options = Load(
            DeploymentEnvironment.Local,
            new()
            {
                ["VAULT_ADDR"] = "https://vault-1.example:8200, https://vault-2.example:8200",
                ["VAULT_NAMESPACE"] = "team/trading/",
                ["VAULT_KV_MOUNT"] = "team/kv",
                ["VAULT_CACERT"] = file,
                ["VAULT_CLIENT_CERT"] = file,
                ["VAULT_CLIENT_KEY"] = file,
                ["VAULT_TLS_SERVER_NAME"] = "vault.example",
                ["VAULT_SKIP_VERIFY"] = "true",
                ["VAULT_AUTH_METHOD"] = "approle",
                ["VAULT_AUTH_MOUNT"] = "services/approle",
                ["VAULT_ROLE_ID"] = "role-of-test",
                ["VAULT_SECRET_ID_FILE"] = "/run/secret-id",
                ["VAULT_ROLE"] = "execution",
            }
        );
        Assert.Equal(
            ["https://vault-1.example:8200/", "https://vault-2.example:8200/"],
            options.Addresses.Select(address => address.ToString())
        );
        Assert.Equal("team/trading", options.Namespace);
        Assert.Equal("team/kv", options.KvMount);
        Assert.Equal(VaultAuthMethod.AppRole, options.AuthMethod);
        Assert.Equal("services/approle", options.AuthMount);
        Assert.Equal("role-of-test", options.RoleId);
        Assert.Equal("/run/secret-id", options.SecretIdFile);
        Assert.Equal("execution", options.Role);
        Assert.True(options.SkipVerify);
        Assert.Equal(
            (file, file, file, "vault.example"),
            (options.CaCertificate, options.ClientCertificate, options.ClientKey, options.TlsServerName)
        );
    }

    [Fact]
    public void Login_that_cannot_be_read_adds_no_fault_that_follows_from_it()
    {
        AssertOnly("VAULT_AUTH_METHOD", "approl", "VAULT_AUTH_METHOD must be one of ");
        // Half of a surrogate pair.
        AssertOnly("VAULT_TOKEN", new string('\ud800', 1), "VAULT_TOKEN is not valid text.");

        void AssertOnly(string setting, string value, string fault)
        {
            var error = Assert.Throws<SecretConfigurationException>(() =>
                Load(DeploymentEnvironment.Production, new() { ["VAULT_ADDR"] = "https://vault.example:8200", [setting] = value })
            );
            Assert.StartsWith(fault, Assert.Single(error.Faults), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void All_faults_are_told_at_once_and_none_quotes_what_stood_there()
    {
        var secret = VaultFixture.Fresh();
        var error = Assert.Throws<SecretConfigurationException>(() =>
            Load(
                DeploymentEnvironment.Production,
                new()
                {
                    ["VAULT_ADDR"] = $"http://vault.example:8200,{secret}",
                    ["VAULT_NAMESPACE"] = $"+/{secret}",
                    ["VAULT_KV_MOUNT"] = "secret/data",
                    ["VAULT_CACERT"] = $"/nowhere/{secret}",
                    ["VAULT_CLIENT_KEY"] = $"/nowhere/{secret}",
                    ["VAULT_SKIP_VERIFY"] = "1",
                    ["VAULT_AUTH_METHOD"] = "approle",
                    ["VAULT_SECRET_ID"] = secret,
                    ["VAULT_WRAPPED_SECRET_ID"] = secret,
                    ["VAULT_AUTH_MOUNT"] = "a//b",
                }
            )
        );
        foreach (
            var name in new[]
            {
                "VAULT_ADDR is plain http",
                "VAULT_ADDR contains",
                "VAULT_NAMESPACE",
                "VAULT_KV_MOUNT ends in data",
                "VAULT_CACERT",
                "VAULT_CLIENT_KEY is set",
                "VAULT_SKIP_VERIFY is allowed",
                "VAULT_ROLE_ID is not set",
                "Set only one of",
                "VAULT_AUTH_MOUNT",
            }
        )
        {
            Assert.Contains(error.Faults, fault => fault.Contains(name, StringComparison.Ordinal));
        }
        Assert.DoesNotContain(secret, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:8200")]
    [InlineData("localhost:8200")]
    [InlineData("localhost")]
    [InlineData("[::1]:8200")]
    [InlineData("vault.example")]
    public void Address_without_a_scheme_is_told_as_that_and_not_as_one_that_is_not_set(string address)
    {
        var fault = Assert.Throws<SecretConfigurationException>(() =>
            Load(DeploymentEnvironment.Local, new() { ["VAULT_ADDR"] = address, ["VAULT_TOKEN"] = "token-of-test" })
        );

        Assert.Equal([VaultOptionsRules.SchemeFault], fault.Faults);
    }

    [Theory]
    [InlineData("https://user:pass@vault.example", false)]
    [InlineData("https://vault.example/v1", false)]
    [InlineData("https://vault.example?x=1", false)]
    [InlineData("ftp://vault.example", false)]
    [InlineData("http://169.254.169.254", false)]
    [InlineData("https://169.254.169.254", false)]
    [InlineData("https://[fe80::1]:8200", false)]
    [InlineData("http://10.0.0.1:8200", false)]
    [InlineData("http://127.0.0.1:8200", true)]
    [InlineData("http://localhost:8200", true)]
    [InlineData("http://[::1]:8200", true)]
    [InlineData("https://10.0.0.1:8200", true)]
    public void Addresses_are_origins_and_http_is_for_loopback(string address, bool taken)
    {
        var settings = new Dictionary<string, string?> { ["VAULT_ADDR"] = address, ["VAULT_TOKEN"] = "token-of-test" };
        if (taken)
            Assert.Single(Load(DeploymentEnvironment.Production, settings).Addresses);
        else
            Assert.Contains(
                "VAULT_ADDR",
                Assert.Throws<SecretConfigurationException>(() => Load(DeploymentEnvironment.Production, settings)).Message,
                StringComparison.Ordinal
            );
    }

    [Theory]
    [InlineData("token", "VAULT_TOKEN")]
    [InlineData("approle", "VAULT_ROLE_ID")]
    [InlineData("kubernetes", "VAULT_ROLE")]
    [InlineData("jwt", "VAULT_JWT_FILE")]
    [InlineData("cert", "VAULT_CLIENT_CERT")]
    [InlineData("userpass", "VAULT_AUTH_METHOD")]
    public void A_method_says_what_it_needs(string method, string needed)
    {
        var error = Assert.Throws<SecretConfigurationException>(() =>
            Load(
                DeploymentEnvironment.Production,
                new() { ["VAULT_ADDR"] = "https://vault.example", ["VAULT_AUTH_METHOD"] = method }
            )
        );
        Assert.Contains(error.Faults, fault => fault.Contains(needed, StringComparison.Ordinal));
    }

    [Fact]
    public void Authorities_may_be_a_folder_that_is_there()
    {
        Assert.Equal(
            _home.Path,
            Load(DeploymentEnvironment.Production, Proxied("https://vault.example", ("VAULT_CAPATH", _home.Path))).CaPath
        );
        var error = Assert.Throws<SecretConfigurationException>(() =>
            Load(DeploymentEnvironment.Production, Proxied("https://vault.example", ("VAULT_CAPATH", _home.File("none"))))
        );
        Assert.Contains("VAULT_CAPATH", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://own:1", "http://old:2", "http://all:3", "http://own:1/", false)]
    [InlineData(null, "old:2", "http://all:3", "http://old:2/", false)]
    [InlineData(null, null, "all:3", "http://all:3/", true)]
    [InlineData(null, null, null, null, false)]
    public void The_proxy_is_Vaults_own_or_everybodys_and_only_everybodys_has_exceptions(
        string? own,
        string? old,
        string? all,
        string? expected,
        bool excepted
    )
    {
        var options = Load(
            DeploymentEnvironment.Production,
            Proxied(
                "https://vault.example",
                ("VAULT_PROXY_ADDR", own),
                ("VAULT_HTTP_PROXY", old),
                ("HTTPS_PROXY", all),
                ("NO_PROXY", excepted ? "other.example" : "vault.example")
            )
        );
        Assert.Equal(expected, options.Proxy?.ToString());
        Assert.Equal(expected is not null, VaultProxy.For(options.Addresses[0], options) is not null);
    }

    [Theory]
    [InlineData("https://proxy.example:3128", "https://vault.example", false)]
    [InlineData("socks5://proxy.example:1080", "https://vault.example", false)]
    [InlineData("http://user:pass@proxy.example:3128", "https://vault.example", false)]
    [InlineData("http://", "https://vault.example", false)]
    [InlineData("socks5://proxy.example:1080", "https://127.0.0.1:8200", true)]
    public void A_proxy_that_cannot_be_used_is_refused_where_it_would_be(string proxy, string address, bool taken)
    {
        var settings = Proxied(address, ("HTTPS_PROXY", proxy));
        if (taken)
            Load(DeploymentEnvironment.Production, settings);
        else
            Assert.Contains(
                "HTTPS_PROXY",
                Assert.Throws<SecretConfigurationException>(() => Load(DeploymentEnvironment.Production, settings)).Message,
                StringComparison.Ordinal
            );
    }

    private static Dictionary<string, string?> Proxied(string address, params (string Name, string? Value)[] more)
    {
        var settings = new Dictionary<string, string?> { ["VAULT_ADDR"] = address, ["VAULT_TOKEN"] = "token-of-test" };
        foreach (var (name, value) in more)
            settings[name] = value;
        return settings;
    }

    [Fact]
    public void Locally_Vaults_own_default_address_is_the_default()
    {
        Assert.Equal(
            "http://127.0.0.1:8200/",
            Load(DeploymentEnvironment.Local, new() { ["VAULT_TOKEN"] = "token-of-test" }).Addresses[0].ToString()
        );
        Assert.Throws<SecretConfigurationException>(() =>
            Load(DeploymentEnvironment.Test, new() { ["VAULT_TOKEN"] = "token-of-test" })
        );
    }

    private VaultOptions Load(DeploymentEnvironment environment, Dictionary<string, string?> settings) =>
        VaultSettings.Load(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), environment, options =>
            options.Home = _home.Path
        );
}
