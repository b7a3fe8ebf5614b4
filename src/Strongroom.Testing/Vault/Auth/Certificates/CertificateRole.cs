using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>A certificate, or an authority whose certificates may log in, and what they get.</summary>
internal sealed record CertificateRole
{
    public string Pem { get; init; } = "";

    public IReadOnlyList<string> CommonNames { get; init; } = [];

    public IReadOnlyList<string> DnsNames { get; init; } = [];

    public RoleTokens Tokens { get; init; } = new();

    public CertificateRole With(Fields fields)
    {
        var role = new CertificateRole
        {
            Pem = fields.Text("certificate", Pem),
            CommonNames = fields.Has("allowed_common_names") ? fields.List("allowed_common_names") : CommonNames,
            DnsNames = fields.Has("allowed_dns_sans") ? fields.List("allowed_dns_sans") : DnsNames,
            Tokens = Tokens.With(fields),
        };
        try
        {
            using var trusted = X509Certificate2.CreateFromPem(role.Pem);
        }
        catch (CryptographicException)
        {
            throw VaultRefusal.BadRequest("failed to parse certificate");
        }
        return role;
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["certificate"] = Pem,
            ["allowed_common_names"] = new JsonArray([.. CommonNames.Select(n => (JsonNode)n)]),
            ["allowed_dns_sans"] = new JsonArray([.. DnsNames.Select(n => (JsonNode)n)]),
        };
        Tokens.WriteTo(json);
        return json;
    }

    public bool Accepts(X509Certificate2 shown, DateTimeOffset now)
    {
        using var trusted = X509Certificate2.CreateFromPem(Pem);
        return IsIssuedBy(shown, trusted, now)
            && (
                CommonNames.Count == 0
                || KubernetesRole.Holds(CommonNames, shown.GetNameInfo(X509NameType.SimpleName, forIssuer: false))
            )
            && (
                DnsNames.Count == 0
                || shown
                    .Extensions.OfType<X509SubjectAlternativeNameExtension>()
                    .SelectMany(e => e.EnumerateDnsNames())
                    .Any(DnsNames.Contains)
            );
    }

    private static bool IsIssuedBy(X509Certificate2 shown, X509Certificate2 trusted, DateTimeOffset now)
    {
        // The very certificate needs no authority; its holder has shown the key in the handshake.
        if (CryptographicOperations.FixedTimeEquals(shown.RawData, trusted.RawData))
            return now >= shown.NotBefore && now <= shown.NotAfter;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(trusted);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        return chain.Build(shown);
    }
}
