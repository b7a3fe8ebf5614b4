using System.Security.Cryptography;
using System.Text;
using Strongroom.Detection;

namespace Strongroom.Cli.Tests.Detection;

/// <summary>
/// Makes a credential of a form at run time: right alphabet, length and checksum. Checksums are computed here a second time.
/// </summary>
internal static class CredentialSample
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Bech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const string Hyphens = "-----";

    /// <summary>The text that must not be seen, and the text around it in a value.</summary>
    internal static (string Before, string Hidden) Of(CredentialForm form) =>
        form switch
        {
            CredentialPattern { KeepsLiteral: true } webhook => ("https://" + webhook.Literal, Run(webhook.Alphabet, 30)),
            CredentialPattern pattern => ("", Of(pattern, LengthOf(pattern))),
            NamedValue => ("Host=db;Password=", Run(Alphabet.Word, 20)),
            QueryCredential => ("https://desk.blob.example.com/c?sv=2022&sig=", Run(Alphabet.Word, 43)),
            UrlLogin => ("postgres://app:", Run(Alphabet.Word, 20) + "@db"),
            AuthorizationHeader { Scheme: "basic" } => (
                "Basic ",
                Convert.ToBase64String(Encoding.ASCII.GetBytes("app:" + Run(Alphabet.Word, 12)))
            ),
            AuthorizationHeader => ("Bearer ", Run(Alphabet.Word, 32)),
            PrivateKeyBlock => (
                "",
                $"{Hyphens}BEGIN PRIVATE{" KEY"}{Hyphens}\n{Run(Alphabet.Word, 64)}\n{Hyphens}END PRIVATE KEY{Hyphens}"
            ),
            PuttyPrivateKey => ("", $"PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\n{Run(Alphabet.Word, 64)}"),
            JsonWebToken => ("", $"eyJ{Run(Alphabet.Word, 30)}.eyJ{Run(Alphabet.Word, 40)}.{Run(Alphabet.Url, 43)}"),
            DiscordBotToken => ("", $"{DiscordId()}.{Run(Alphabet.Word, 6)}.{Run(Alphabet.Word, 38)}"),
            _ => throw new ArgumentOutOfRangeException(nameof(form), form.GetType().Name, "A form without a sample."),
        };

    internal static int LengthOf(CredentialPattern pattern) => Math.Min(pattern.Longest, Math.Max(pattern.Shortest, 24));

    /// <summary>With as many characters behind its literal.</summary>
    internal static string Of(CredentialPattern pattern, int length)
    {
        var before = pattern.Before is { } run ? Run(run.Alphabet, run.Shortest) : "";
        var rest = pattern.Checksum switch
        {
            CredentialChecksum.Crc32 => WithCrc32(Run(pattern.Alphabet, length - 6)),
            CredentialChecksum.Bech32 => WithBech32(pattern.Literal[..^1], length),
            _ => Run(pattern.Alphabet, length),
        };
        return before + pattern.Literal + rest;
    }

    /// <summary>
    /// Starts with a letter where there is one and ends with a digit, so that neither chance nor a border decides.
    /// </summary>
    internal static string Run(Alphabet alphabet, int length)
    {
        var words = string.Concat(alphabet.Characters.Where(char.IsAsciiLetterOrDigit));
        return length == 0
            ? ""
            : words[0] + RandomNumberGenerator.GetString(words, Math.Max(0, length - 2)) + (length > 1 ? "7" : "");
    }

    private static string DiscordId() =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes("7" + RandomNumberGenerator.GetString("0123456789", 17)));

    private static string WithCrc32(string text)
    {
        var crc = ~text.Aggregate(uint.MaxValue, static (crc, c) =>
            Enumerable.Range(0, 8).Aggregate(crc ^ c, static (sum, _) => (sum >> 1) ^ ((sum & 1) * 0xEDB88320u))
        );
        var written = new char[6];
        for (var i = 5; i >= 0; i--, crc /= 62)
            written[i] = Base62[(int)(crc % 62)];
        return text + new string(written);
    }

    private static string WithBech32(string prefix, int length)
    {
        var data = RandomNumberGenerator.GetString(Bech32, length - 6);
        var low = prefix.ToLowerInvariant();
        int[] values =
        [
            .. low.Select(static c => c >> 5),
            0,
            .. low.Select(static c => c & 31),
            .. data.Select(static c => Bech32.IndexOf(c, StringComparison.Ordinal)),
            0,
            0,
            0,
            0,
            0,
            0,
        ];
        uint[] generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
        var sum =
            values.Aggregate(1u, (sum, value) =>
                Enumerable
                    .Range(0, 5)
                    .Where(bit => ((sum >> 25 >> bit) & 1) == 1)
                    .Aggregate(((sum & 0x1ffffff) << 5) ^ (uint)value, (step, bit) => step ^ generator[bit])
            ) ^ 1;
        var all = data + string.Concat(Enumerable.Range(0, 6).Select(i => Bech32[(int)((sum >> (5 * (5 - i))) & 31)]));
        return char.IsUpper(prefix[0]) ? all.ToUpperInvariant() : all;
    }
}
