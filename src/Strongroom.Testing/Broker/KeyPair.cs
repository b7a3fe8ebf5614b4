using System.Security.Cryptography;

namespace Strongroom.Testing;

/// <summary>An API key id and its secret, in Alpaca's form. Prints the id only.</summary>
/// <param name="KeyId">Sent as <c>APCA-API-KEY-ID</c>.</param>
/// <param name="Secret">Sent as <c>APCA-API-SECRET-KEY</c>. The broker itself keeps a hash.</param>
public sealed record KeyPair(string KeyId, string Secret)
{
    internal const string UpperCase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private const string AnyCase = UpperCase + "abcdefghijklmnopqrstuvwxyz";

    internal static KeyPair Fresh() => new("PK" + RandomText(18, UpperCase), RandomText(40, AnyCase));

    internal static string RandomText(int length, string alphabet) => RandomNumberGenerator.GetString(alphabet, length);

    /// <inheritdoc />
    public override string ToString() => $"{KeyId} ***";
}
