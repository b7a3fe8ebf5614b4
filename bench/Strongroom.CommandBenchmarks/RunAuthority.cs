using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Strongroom.CommandBenchmarks;

/// <summary>A certificate authority of one run, and a certificate by it for 127.0.0.1.</summary>
internal static class RunAuthority
{
    /// <summary>Writes the authority's certificate to a file, which is given back; its key is gone afterwards.</summary>
    internal static (string File, X509Certificate2 Certificate) Make(string path)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var asked = new CertificateRequest("CN=Benchmark authority", authorityKey, HashAlgorithmName.SHA256);
        asked.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = asked.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(path, authority.ExportCertificatePem());

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var bare = request.Create(authority, now.AddHours(-1), now.AddHours(12), RandomNumberGenerator.GetBytes(8));
        return (path, bare.CopyWithPrivateKey(key));
    }
}
