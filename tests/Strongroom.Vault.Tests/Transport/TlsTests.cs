using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Strongroom.Testing;
using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests.Transport;

public sealed class TlsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_certificate_must_be_of_the_authority_that_is_named_and_for_the_host()
    {
        using var certificate = _authority.Issue("127.0.0.1");
        await using var server = await VaultServer.StartAsync(new VaultServerOptions { Certificate = certificate });
        using var stranger = new TestAuthority();
        Assert.Equal(SecretErrorCode.Missing, await CodeAsync(server, options => options.CaCertificate = Pem(_authority.Certificate)));
        Assert.Equal(SecretErrorCode.Unreachable, await CodeAsync(server, options => options.CaCertificate = Pem(stranger.Certificate)));
        Assert.Equal(SecretErrorCode.Unreachable, await CodeAsync(server, _ => { }));
        Assert.Equal(SecretErrorCode.Unreachable, await CodeAsync(server, options => (options.CaCertificate, options.TlsServerName) = (Pem(_authority.Certificate), "vault.example")));
        Assert.Equal(SecretErrorCode.Missing, await CodeAsync(server, options => options.SkipVerify = true));
    }

    [Fact]
    public async Task Another_name_can_be_demanded_than_the_addresss()
    {
        using var certificate = _authority.Issue("vault.example");
        await using var server = await VaultServer.StartAsync(new VaultServerOptions { Certificate = certificate });
        Assert.Equal(SecretErrorCode.Unreachable, await CodeAsync(server, options => options.CaCertificate = Pem(_authority.Certificate)));
        Assert.Equal(SecretErrorCode.Missing, await CodeAsync(server, options => (options.CaCertificate, options.TlsServerName) = (Pem(_authority.Certificate), "vault.example")));
    }

    [Fact]
    public async Task An_expired_certificate_is_refused()
    {
        using var certificate = _authority.Issue("127.0.0.1", days: -1);
        await using var server = await VaultServer.StartAsync(new VaultServerOptions { Certificate = certificate });
        Assert.Equal(SecretErrorCode.Unreachable, await CodeAsync(server, options => options.CaCertificate = Pem(_authority.Certificate)));
    }

    [Fact]
    public async Task The_client_certificate_logs_in_and_a_renewed_one_is_taken()
    {
        using var certificate = _authority.Issue("127.0.0.1");
        await using var server = await VaultServer.StartAsync(new VaultServerOptions { Certificate = certificate });
        using var client = _authority.Issue("execution");
        var (file, key) = (_folder.File("client.pem"), _folder.File("client.key"));
        await File.WriteAllTextAsync(file, client.ExportCertificatePem());
        await File.WriteAllTextAsync(key, client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        void ByCertificate(VaultOptions options) => (options.CaCertificate, options.ClientCertificate, options.ClientKey, options.AuthMethod, options.Token) =
            (Pem(_authority.Certificate), file, key, VaultAuthMethod.Cert, null);
        using (var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, found, _, _) => found!.Thumbprint == certificate.Thumbprint })
        using (var admin = new HttpClient(handler))
        {
            foreach (var (path, body) in new (string, object)[]
            {
                ("sys/auth/cert", new { type = "cert" }), ("auth/cert/certs/execution", new { certificate = client.ExportCertificatePem(), token_policies = "default" }),
            })
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Url, $"/v1/{path}")) { Content = System.Net.Http.Json.JsonContent.Create(body) };
                request.Headers.Add("X-Vault-Token", server.RootToken);
                using var response = await admin.SendAsync(request);
                Assert.True(response.IsSuccessStatusCode, path);
            }
        }
        // Logged in, and the policy default lets it read nothing.
        Assert.Equal(SecretErrorCode.Denied, await CodeAsync(server, ByCertificate));
        using var stranger = _authority.Issue("stranger");
        await File.WriteAllTextAsync(file, stranger.ExportCertificatePem());
        await File.WriteAllTextAsync(key, stranger.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        Assert.Equal(SecretErrorCode.LoginRejected, await CodeAsync(server, ByCertificate));
    }

    [Fact]
    public void A_certificate_that_cannot_be_read_is_a_fault_of_the_setting()
    {
        var file = _folder.File("not-a.pem");
        File.WriteAllText(file, "no certificate");
        foreach (var configure in new Action<VaultOptions>[] { options => options.CaCertificate = file, options => options.ClientCertificate = file })
        {
            var options = new VaultOptions { Addresses = [new Uri("https://127.0.0.1:1")] };
            configure(options);
            var error = Assert.Throws<SecretConfigurationException>(() => new VaultBackend(options, "", _folder.Path, new FakeTimeProvider(), NullLogger.Instance));
            Assert.Contains("VAULT_C", error.Message, StringComparison.Ordinal);
        }
    }

    private async Task<SecretErrorCode> CodeAsync(VaultServer server, Action<VaultOptions> configure)
    {
        var options = new VaultOptions { Addresses = [server.Url], Token = SecretValue.FromText(server.RootToken) };
        configure(options);
        await using var backend = new VaultBackend(options, "", _folder.Path, TimeProvider.System, NullLogger.Instance);
        return (await backend.ErrorAsync("none")).Code;
    }

    private string Pem(X509Certificate2 certificate)
    {
        var file = _folder.File($"{certificate.Thumbprint}.pem");
        File.WriteAllText(file, certificate.ExportCertificatePem());
        return file;
    }
}
