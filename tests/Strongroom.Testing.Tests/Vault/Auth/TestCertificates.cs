using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Strongroom.Testing.Tests.Vault.Auth;

/// <summary>An authority and certificates of its own, valid around a moment.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly DateTimeOffset now;
    private readonly X509Certificate2 authority;

    public TestCertificates(DateTimeOffset now)
    {
        this.now = now;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authority = request.CreateSelfSigned(now.AddDays(-2), now.AddDays(30));
    }

    public string AuthorityPem => authority.ExportCertificatePem();

    /// <summary>For a client whose clock is the test's.</summary>
    public X509ChainPolicy Trust() =>
        new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { authority },
            RevocationMode = X509RevocationMode.NoCheck,
            VerificationTime = now.UtcDateTime,
        };

    public X509Certificate2 Issue(string name, DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(
            authority,
            from ?? now.AddDays(-1),
            to ?? now.AddDays(1),
            RandomNumberGenerator.GetBytes(8)
        );
        using var withKey = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null);
    }

    public void Dispose() => authority.Dispose();
}
