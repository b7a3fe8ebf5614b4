using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests.Transport;

public class ProxyTunnelTests
{
    [Fact] // PROTOCOLS 1
    public async Task Https_goes_through_a_tunnel_that_sees_neither_token_nor_value()
    {
        using var authority = new TestAuthority();
        await using var fixture = await VaultFixture.StartAsync();
        var value = VaultFixture.Fresh();
        using var vault = new TlsSecretServer(authority.Issue("vault.example"), value);
        using var proxy = new TunnelProxy(vault.Port);
        var backend = await BackendAsync(fixture, authority, proxy);

        Assert.Equal(value, await backend.TextAsync("a"));
        Assert.Equal(value, await backend.TextAsync("a"));

        Assert.Equal(["CONNECT vault.example:8200 HTTP/1.1"], proxy.Asked);
        Assert.All(vault.Asked, request =>
            Assert.Contains($"X-Vault-Token: {fixture.Server.RootToken}\r\n", request, StringComparison.Ordinal)
        );
        Assert.NotEmpty(proxy.Passed.ToString());
        Assert.DoesNotContain(fixture.Server.RootToken, proxy.Passed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_answers_in_Vaults_place_is_not_believed()
    {
        using var authority = new TestAuthority();
        using var stranger = new TestAuthority();
        await using var fixture = await VaultFixture.StartAsync(options => options.Certificate = stranger.Issue("vault.example"));
        using var proxy = new TunnelProxy(fixture.Server.Url.Port);

        var error = await (await BackendAsync(fixture, authority, proxy)).ErrorAsync("a");

        Assert.Equal(SecretErrorCode.Unreachable, error.Code);
        Assert.Contains("certificate", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, fixture.Server.Requests.Total);
    }

    [Theory]
    [InlineData("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")]
    [InlineData("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("nothing that is HTTP")]
    public async Task A_proxy_that_opens_no_tunnel_is_an_outage_that_names_it(string answer)
    {
        using var authority = new TestAuthority();
        await using var fixture = await VaultFixture.StartAsync(options =>
            options.Certificate = authority.Issue("vault.example")
        );
        using var proxy = new TunnelProxy(fixture.Server.Url.Port, answer);

        var error = await (await BackendAsync(fixture, authority, proxy)).ErrorAsync("a");

        Assert.Equal(SecretErrorCode.Unreachable, error.Code);
        Assert.True(error.IsTransient);
        Assert.Contains("VAULT_PROXY_ADDR", error.Message, StringComparison.Ordinal);
    }

    [Fact] // Nothing was sent, so a login may go elsewhere too.
    public async Task A_proxy_that_is_away_does_not_keep_a_request_from_the_next_address()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("a", new { value = "some-value" });
        var ids = await fixture.AppRoleAsync("reader", "path \"secret/data/a\" { capabilities = [\"read\"] }");
        using var gone = new TunnelProxy(1);
        var url = gone.Url;
        gone.Dispose();
        var backend = fixture.AppRoleBackend(ids, options =>
            (options.Addresses, options.Proxy) = ([new Uri("https://vault.example:8200"), fixture.Server.Url], url)
        );
        Assert.Equal("some-value", await backend.TextAsync("a"));
    }

    [Theory]
    [InlineData("https://vault.example:8200", null, true)]
    [InlineData("https://vault.example:8200", "other.example, .net", true)]
    [InlineData("https://vault.example:8200", "*", false)]
    [InlineData("https://vault.example:8200", "vault.example", false)]
    [InlineData("https://vault.example:8200", "EXAMPLE", false)]
    [InlineData("https://vault.example:8200", "other.net,.example", false)]
    [InlineData("https://vault.example:8200", "*.example", false)]
    [InlineData("https://vault.example:8200", "vault.example:8200", false)]
    [InlineData("https://vault.example:8200", "vault.example:443", true)]
    [InlineData("https://myvault.example:8200", "vault.example", true)]
    [InlineData("https://10.1.2.3:8200", "10.0.0.0/8", false)]
    [InlineData("https://10.1.2.3:8200", "10.1.2.3", false)]
    [InlineData("https://10.1.2.3:8200", "192.168.0.0/16,2.3", true)]
    [InlineData("https://[fd00::1]:8200", "fd00::/8", false)]
    [InlineData("https://127.0.0.1:8200", null, false)]
    [InlineData("https://localhost:8200", null, false)]
    [InlineData("http://127.0.0.1:8200", null, false)]
    public void To_is_the_proxy_for_https_off_loopback_where_nothing_excepts_it(string address, string? noProxy, bool expected)
    {
        var proxy = new Uri("http://proxy.example:3128");
        var options = new VaultOptions { Proxy = proxy, NoProxy = noProxy };
        Assert.Equal(expected ? proxy : null, VaultProxy.For(new Uri(address), options));
        Assert.Null(VaultProxy.For(new Uri(address), new VaultOptions { NoProxy = noProxy }));
    }

    private static async Task<VaultBackend> BackendAsync(VaultFixture fixture, TestAuthority authority, TunnelProxy proxy)
    {
        var pem = Path.Combine(fixture.Folder, "ca.pem");
        await File.WriteAllTextAsync(pem, authority.Certificate.ExportCertificatePem());
        return fixture.Backend(options =>
            (options.Addresses, options.CaCertificate, options.Proxy) = ([new Uri("https://vault.example:8200")], pem, proxy.Url)
        );
    }
}
