using System.Security.Cryptography.X509Certificates;

namespace Strongroom.Testing.Tests.Vault.Auth;

public sealed class CertificateLoginTests : VaultTest
{
    private readonly TestCertificates certificates;
    private readonly X509Certificate2 server;

    public CertificateLoginTests()
    {
        certificates = new TestCertificates(Time.GetUtcNow());
        server = certificates.Issue("vault");
    }

    private protected override VaultServerOptions Options => new() { Certificate = server };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        using var root = Calling(null, Vault.RootToken);
        await root.DoAsync("POST", "sys/auth/cert", new { type = "cert" });
        await root.DoAsync(
            "POST",
            "auth/cert/certs/services",
            new
            {
                certificate = certificates.AuthorityPem,
                allowed_common_names = "signal_service",
                token_policies = "trader",
            }
        );
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        server.Dispose();
        certificates.Dispose();
    }

    [Fact]
    public async Task Login_WithACertificateOfTheAuthority_GivesTheRolesToken()
    {
        using var shown = certificates.Issue("signal_service");
        using var caller = Calling(shown);
        var answer = await caller.PostAsync("auth/cert/login", new { name = "services" });
        answer.Is(200);
        Assert.Equal(
            ("services", "signal_service"),
            (answer.Auth.GetProperty("metadata").Text("cert_name"), answer.Auth.GetProperty("metadata").Text("common_name"))
        );
        Assert.StartsWith("https://127.0.0.1:", Vault.Url.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_WithAnotherNameAuthorityOrTime_IsRefused()
    {
        using var elsewhere = new TestCertificates(Time.GetUtcNow());
        using X509Certificate2 other = certificates.Issue("other"),
            foreign = elsewhere.Issue("signal_service"),
            old = certificates.Issue("signal_service", Time.GetUtcNow().AddDays(-1), Time.GetUtcNow().AddHours(-1));
        foreach (var shown in new[] { other, foreign, old })
        {
            using var caller = Calling(shown);
            (await caller.PostAsync("auth/cert/login")).IsRefusal(400, "invalid certificate");
        }
        using var anonymous = Calling(null);
        (await anonymous.PostAsync("auth/cert/login")).IsRefusal(400, "client certificate must be supplied");
    }

    private VaultCaller Calling(X509Certificate2? shown, string? token = null)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = certificates.Trust();
        if (shown is not null)
            handler.SslOptions.ClientCertificates = [shown];
        return new VaultCaller(Vault.Url, token, handler);
    }
}
