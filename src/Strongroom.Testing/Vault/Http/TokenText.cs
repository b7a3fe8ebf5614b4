using System.Security.Cryptography;

namespace Strongroom.Testing.Vault;

/// <summary>Random ids in Vault's forms.</summary>
internal static class TokenText
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static string Fresh(VaultRelease release, bool batch) =>
        (release, batch) switch
        {
            (VaultRelease.V18, false) => "s." + Letters(24),
            (VaultRelease.V18, true) => "b." + Letters(120),
            (_, false) => "hvs." + Letters(24),
            _ => "hvb." + Letters(120),
        };

    public static string Letters(int count) => RandomNumberGenerator.GetString(Alphabet, count);

    public static string Hex(int count) => RandomNumberGenerator.GetHexString(count, lowercase: true);
}
