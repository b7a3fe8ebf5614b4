using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Strongroom.Testing.Tests.Vault.Auth;

/// <summary>Signs tokens with a key made for the test.</summary>
internal sealed class SignedToken : IDisposable
{
    private readonly RSA rsa = RSA.Create(2048);
    private readonly ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string[] Keys => [rsa.ExportSubjectPublicKeyInfoPem(), ecdsa.ExportSubjectPublicKeyInfoPem()];

    public string Of(object claims, string algorithm = "RS256")
    {
        var text = $"{Part(new { alg = algorithm, typ = "JWT" })}.{Part(claims)}";
        var bytes = Encoding.ASCII.GetBytes(text);
        var signature =
            algorithm == "RS256"
                ? rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                : ecdsa.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    public void Dispose()
    {
        rsa.Dispose();
        ecdsa.Dispose();
    }

    private static string Part(object json) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(json));
}
