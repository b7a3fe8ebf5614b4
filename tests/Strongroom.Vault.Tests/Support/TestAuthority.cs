using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Strongroom.Vault.Tests.Support;

/// <summary>A certificate authority made for one test.</summary>
internal sealed class TestAuthority : IDisposable
{
    public X509Certificate2 Certificate { get; } = Make();

    public X509Certificate2 Issue(string host, int days = 10)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var ip))
            names.AddIpAddress(ip);
        else
            names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var bare = request.Create(
            Certificate,
            TimeProvider.System.GetUtcNow().AddDays(-20),
            TimeProvider.System.GetUtcNow().AddDays(days),
            RandomNumberGenerator.GetBytes(8)
        );
        return bare.CopyWithPrivateKey(key);
    }

    public void Dispose() => Certificate.Dispose();

    private static X509Certificate2 Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(
            $"CN=Test authority {RandomNumberGenerator.GetHexString(8)}",
            key,
            HashAlgorithmName.SHA256
        );
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(
            TimeProvider.System.GetUtcNow().AddDays(-30),
            TimeProvider.System.GetUtcNow().AddDays(30)
        );
    }
}
