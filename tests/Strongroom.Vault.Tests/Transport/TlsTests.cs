using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Strongroom.Testing;
using Strongroom.Vault.Tests.Support;
using Strongroom.Vault.Transport;

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
        Assert.Equal(
            SecretErrorCode.Missing,
            await CodeAsync(server, options => options.CaCertificate = Pem(_authority.Certificate))
        );
        Assert.Equal(
            SecretErrorCode.Unreachable,
            await CodeAsync(server, options => options.CaCertificate = Pem(stranger.Certificate))
        );
        Assert.Equal(SecretErrorCode.Unreachable, await CodeAsync(server, _ => { }));
        Assert.Equal(
            SecretErrorCode.Unreachable,
            await CodeAsync(server, options =>
                (options.CaCertificate, options.TlsServerName) = (Pem(_authority.Certificate), "vault.example")
            )
        );
        Assert.Equal(SecretErrorCode.Missing, await CodeAsync(server, options => options.SkipVerify = true));
    }

    [Fact]
    public async Task The_authorities_may_be_the_files_of_a_folder_and_a_single_file_goes_before_it()
    {
        using var certificate = _authority.Issue("127.0.0.1");
        await using var server = await VaultServer.StartAsync(new VaultServerOptions { Certificate = certificate });
        using var stranger = new TestAuthority();
        var folder = Directory.CreateDirectory(_folder.File("authorities")).FullName;
        File.Copy(Pem(stranger.Certificate), Path.Combine(folder, "stranger.pem"));
        await File.WriteAllTextAsync(Path.Combine(folder, "README"), "What is here is trusted.");
        Assert.Equal(SecretErrorCode.Unreachable, await CodeAsync(server, options => options.CaPath = folder));
        File.Copy(Pem(_authority.Certificate), Path.Combine(folder, "own.crt"));
        Assert.Equal(SecretErrorCode.Missing, await CodeAsync(server, options => options.CaPath = folder));
        Assert.Equal(
            SecretErrorCode.Unreachable,
            await CodeAsync(server, options => (options.CaPath, options.CaCertificate) = (folder, Pem(stranger.Certificate)))
        );
    }

    [Fact]
    public async Task Nothing_older_than_TLS_1_2_is_offered()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var options = new VaultOptions
        {
            Addresses = [new Uri($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}")],
            Token = SecretValue.FromText(VaultFixture.Fresh()),
        };
        await using var backend = new VaultBackend(options, "", _folder.Path, TimeProvider.System, NullLogger.Instance);
        var asked = backend.ErrorAsync("none");
        var hello = new byte[16384];
        int length;
        using (var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken))
            length = await client
                .GetStream()
                .ReadAtLeastAsync(hello, 200, throwOnEndOfStream: false, TestContext.Current.CancellationToken);
        Assert.Equal(SecretErrorCode.Unreachable, (await asked).Code);
        // The extension supported_versions with its length: 1.3 and 1.2 and no other.
        Assert.True(
            hello.AsSpan(0, length).IndexOf((ReadOnlySpan<byte>)[0x00, 0x2b, 0x00, 0x05, 0x04, 0x03, 0x04, 0x03, 0x03]) > 0
        );
    }

    [Fact]
    public async Task A_redirect_from_https_to_http_is_not_followed_though_both_are_configured()
    {
        using var certificate = _authority.Issue("127.0.0.1");
        await using var server = await VaultServer.StartAsync(new VaultServerOptions { Certificate = certificate });
        await using var plain = await VaultServer.StartAsync();
        server.Faults.AddForNext(Fault.Redirect(plain.Url));
        // The reader moves on to the next address by itself; the redirect must not lead there, so it is not repeated to it.
        var options = new VaultOptions
        {
            Addresses = [server.Url, plain.Url],
            Token = SecretValue.FromText(server.RootToken),
            CaCertificate = Pem(_authority.Certificate),
        };
        using var client = new VaultClient(options, TimeProvider.System, NullLogger.Instance);
        var error = await Assert.ThrowsAsync<SecretUnavailableException>(async () =>
            await client.SendAsync(
                VaultRequest.Post("sys/capabilities-self", null),
                server.RootToken,
                TestContext.Current.CancellationToken
            )
        );
        Assert.Contains("https to http", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, plain.Requests.Total);
    }

    [Fact]
    public async Task Another_name_can_be_demanded_than_the_addresss()
    {
        using var certificate = _authority.Issue("vault.example");
        await using var server = await VaultServer.StartAsync(new VaultServerOptions { Certificate = certificate });
        Assert.Equal(
            SecretErrorCode.Unreachable,
            await CodeAsync(server, options => options.CaCertificate = Pem(_authority.Certificate))
        );
        Assert.Equal(
            SecretErrorCode.Missing,
            await CodeAsync(server, options =>
                (options.CaCertificate, options.TlsServerName) = (Pem(_authority.Certificate), "vault.example")
            )
        );
    }

    [Fact]
    public async Task An_expired_certificate_is_refused()
    {
        using var certificate = _authority.Issue("127.0.0.1", days: -1);
        await using var server = await VaultServer.StartAsync(new VaultServerOptions { Certificate = certificate });
        var error = await ErrorAsync(server, options => options.CaCertificate = Pem(_authority.Certificate));
        Assert.Equal(SecretErrorCode.Unreachable, error.Code);
        Assert.Contains("certificate", error.Message, StringComparison.Ordinal);
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
        void ByCertificate(VaultOptions options) =>
            (options.CaCertificate, options.ClientCertificate, options.ClientKey, options.AuthMethod, options.Token) = (
                Pem(_authority.Certificate),
                file,
                key,
                VaultAuthMethod.Cert,
                null
            );
        using (
            var handler = new HttpClientHandler
            {
                ServerCertificateCustomValidationCallback = (_, found, _, _) => found!.Thumbprint == certificate.Thumbprint,
            }
        )
        using (var admin = new HttpClient(handler))
        {
            foreach (
                var (path, body) in new (string, object)[]
                {
                    ("sys/auth/cert", new { type = "cert" }),
                    (
                        "auth/cert/certs/execution",
                        new { certificate = client.ExportCertificatePem(), token_policies = "default" }
                    ),
                }
            )
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Url, $"/v1/{path}"))
                {
                    Content = System.Net.Http.Json.JsonContent.Create(body),
                };
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
        foreach (
            var configure in new Action<VaultOptions>[]
            {
                options => options.CaCertificate = file,
                options => options.ClientCertificate = file,
                options => options.CaPath = _folder.Path,
            }
        )
        {
            var options = new VaultOptions { Addresses = [new Uri("https://127.0.0.1:1")] };
            configure(options);
            var error = Assert.Throws<SecretConfigurationException>(() =>
                new VaultBackend(options, "", _folder.Path, new FakeTimeProvider(), NullLogger.Instance)
            );
            Assert.Contains("VAULT_C", error.Message, StringComparison.Ordinal);
        }
    }

    private async Task<SecretErrorCode> CodeAsync(VaultServer server, Action<VaultOptions> configure) =>
        (await ErrorAsync(server, configure)).Code;

    private async Task<SecretException> ErrorAsync(VaultServer server, Action<VaultOptions> configure)
    {
        var options = new VaultOptions { Addresses = [server.Url], Token = SecretValue.FromText(server.RootToken) };
        configure(options);
        await using var backend = new VaultBackend(options, "", _folder.Path, TimeProvider.System, NullLogger.Instance);
        return await backend.ErrorAsync("none");
    }

    private string Pem(X509Certificate2 certificate)
    {
        var file = _folder.File($"{certificate.Thumbprint}.pem");
        File.WriteAllText(file, certificate.ExportCertificatePem());
        return file;
    }
}
