using System.Buffers;

namespace Strongroom.Detection;

/// <summary>How a credential proves that it is one.</summary>
internal enum CredentialChecksum
{
    None,

    /// <summary>The last six characters are the CRC-32 of those between the prefix and them, in base 62.</summary>
    Crc32,

    /// <summary>BIP 173, over the prefix too.</summary>
    Bech32,
}

/// <summary>Verifies checksums without allocating.</summary>
internal static class CredentialChecksums
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Bech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const int Crc32Length = 6;

    private static ReadOnlySpan<uint> Bech32Generator => [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

    /// <summary>Whether the checksum of <paramref name="literal"/> and what follows it is right.</summary>
    internal static bool Verify(CredentialChecksum checksum, ReadOnlySpan<char> literal, ReadOnlySpan<char> rest) =>
        checksum switch
        {
            CredentialChecksum.Crc32 => VerifyCrc32(rest),
            CredentialChecksum.Bech32 => VerifyBech32(literal[..^1], rest),
            _ => true,
        };

    private static bool VerifyCrc32(ReadOnlySpan<char> text)
    {
        var crc = uint.MaxValue;
        foreach (var c in text[..^Crc32Length])
        {
            crc ^= c;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }
        ulong written = 0;
        foreach (var c in text[^Crc32Length..])
            written = (written * 62) + (ulong)Base62.IndexOf(c, StringComparison.Ordinal);
        return written == ~crc;
    }

    private static bool VerifyBech32(ReadOnlySpan<char> prefix, ReadOnlySpan<char> data)
    {
        var sum = 1u;
        foreach (var c in prefix)
            sum = Step(sum, (uint)char.ToLowerInvariant(c) >> 5);
        sum = Step(sum, 0);
        foreach (var c in prefix)
            sum = Step(sum, (uint)char.ToLowerInvariant(c) & 31);
        foreach (var c in data)
        {
            if (Bech32.IndexOf(char.ToLowerInvariant(c), StringComparison.Ordinal) is not (>= 0 and var value))
                return false;
            sum = Step(sum, (uint)value);
        }
        return sum == 1;
    }

    private static uint Step(uint sum, uint value)
    {
        var top = sum >> 25;
        sum = ((sum & 0x1ffffff) << 5) ^ value;
        for (var bit = 0; bit < Bech32Generator.Length; bit++)
            sum ^= ((top >> bit) & 1) * Bech32Generator[bit];
        return sum;
    }
}
