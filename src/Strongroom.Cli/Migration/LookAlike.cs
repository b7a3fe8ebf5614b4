using System.Text.RegularExpressions;

namespace Strongroom.Cli.Migration;

/// <summary>
/// What looks like a credential and is not one: hashes, addresses on a chain, identifiers, public keys. Most of them count by
/// their variable's name only.
/// </summary>
internal static partial class LookAlike
{
    internal static string? Find(VariableMeaning meaning, ReadOnlySpan<char> value)
    {
        if (PublicKey().IsMatch(value) || (meaning.IsPublicKey && value.Length <= 1024 && OneWord().IsMatch(value)))
            return "a public key";
        if (meaning.IsHinted)
            return null;
        if (Address().IsMatch(value) || (meaning.IsAddress && NamedAddress().IsMatch(value)))
            return "an address on a chain";
        if (Digest().IsMatch(value) || (meaning.IsHash && Hash().IsMatch(value)))
            return "a hash of a commit or a file";
        return Identifier().IsMatch(value) || (meaning.IsIdentifier && NamedIdentifier().IsMatch(value)) ? "an identifier" : null;
    }

    [GeneratedRegex(
        """
            ^(?: (?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-nistp\d{3}
                |sk-ssh-ed25519@openssh\.com)\ AAAA[A-Za-z0-9+/]+=*(?:\ [\w@.-]+)?
              | -----BEGIN\ (?:RSA\ |EC\ |DSA\ )?(?:PUBLIC\ KEY|CERTIFICATE|CERTIFICATE\ REQUEST)-----(?:\\n
                |[A-Za-z0-9+/=\s])+-----END\ [A-Z ]+-----\s*
              | pk_(?:live|test)_[A-Za-z0-9]+ | npub1[a-z0-9]{58} | age1[a-z0-9]{58} | [xyzt]pub[A-Za-z0-9]{100,112} )$
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex PublicKey();

    [GeneratedRegex(@"^[A-Za-z0-9+/=_.:-]+$")]
    private static partial Regex OneWord();

    [GeneratedRegex("^(?:0x[0-9a-fA-F]{40}|bc1[a-z0-9]{38,58}|[a-z0-9-]{2,40}\\.eth)$")]
    private static partial Regex Address();

    [GeneratedRegex("^(?:[1-9A-HJ-NP-Za-km-z]{26,44}|0x[0-9a-fA-F]{64})$")]
    private static partial Regex NamedAddress();

    /// <summary>
    /// An image's digest, a script's integrity, a key's fingerprint, a content identifier: each says by its form that it is a
    /// hash.
    /// </summary>
    [GeneratedRegex(
        "^(?:(?:[a-z0-9._/-]{1,120}(?::[\\w.-]{1,60})?@)?sha(?:256|512):[0-9a-f]{64,128}|sha(?:256|384"
            + "|512)-[A-Za-z0-9+/]{43,88}=*|SHA256:[A-Za-z0-9+/]{43}=?|(?:[0-9A-Fa-f]{2}:){15,31}[0-9A-Fa-f]{2}"
            + "|Qm[1-9A-HJ-NP-Za-km-z]{44}|bafy[a-z2-7]{50,60}|v?\\d+\\.\\d+\\.\\d+-\\d+-g[0-9a-f]{7,12})$"
    )]
    private static partial Regex Digest();

    [GeneratedRegex(
        "^(?:(?:0x)?[0-9a-fA-F]{7,12}|(?:0x)?[0-9a-fA-F]{32}|(?:0x)?[0-9a-fA-F]{40}|(?:0x)?[0-9a-fA-F]{64}"
            + "|(?:0x)?[0-9a-fA-F]{128})$"
    )]
    private static partial Regex Hash();

    /// <summary>
    /// Google's measurement ids and client ids, Stripe's objects, cloud resources, ARNs, Twilio's accounts, network cards.
    /// </summary>
    [GeneratedRegex(
        """
            ^(?: G-[A-Z0-9]{8,12} | UA-\d{4,10}-\d{1,4} | GTM-[A-Z0-9]{5,9} | AW-\d{8,12} | ca-pub-\d{16}
                | \d{6,14}-[a-z0-9]{20,40}\.apps\.googleusercontent\.com
              | (?:price|prod|acct|cus|plan|sub|we|ca|txr|promo)_[A-Za-z0-9]{8,40} | (?:i|vpc|subnet|sg|ami|vol|eni|rtb|igw
                |nat|eipalloc|snap|fs|lt|acl)-[0-9a-f]{8,17}
              | arn:aws[\w-]*:(?!secretsmanager)[a-z0-9-]+:[\w-]*:\d*:[\w/:.*+=@-]{1,200} | AC[0-9a-f]{32} | (?:PN|MG|VA|MS
                |ZS)[0-9a-f]{32} | (?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}
              | (?:us|eu|ap|sa|ca|me|af)-[a-z]+-\d_[A-Za-z0-9]{9} | projects/[\w-]+(?:/[\w-]+){0,6}
                | /subscriptions/[0-9a-f-]{36}(?:/[\w.-]+){0,10} )$
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Identifier();

    [GeneratedRegex(
        "^(?:[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|[A-Z0-9]{9,14}|[0-9A-HJKMNP-TV-Z]{26}|-?\\d{5,20}"
            + "|[0-9a-f]{24}|[0-9]{6,14}(?:-[a-z0-9]+)?)$"
    )]
    private static partial Regex NamedIdentifier();
}
