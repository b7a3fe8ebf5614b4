namespace Strongroom.Detection;

/// <summary>What a key's name says about its value.</summary>
internal enum SensitiveKeyKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It is a credential.</summary>
    Credential,

    /// <summary><c>pwd</c>: a password, or the working folder.</summary>
    Folder,

    /// <summary><c>token</c>: a credential if it looks like one.</summary>
    Token,
}

/// <summary>
/// The names of credentials, in any case, with any separators and prefix: <c>ALPACA_API_KEY</c>,
/// <c>dbPassword</c>.
/// </summary>
internal static class SensitiveKey
{
    /// <summary>Words before <c>key</c> that make it a secret one; a public key, a cache key and a sort key are not.</summary>
    internal static readonly string[] KeyKinds =
    [
        "api",
        "private",
        "access",
        "secret",
        "signing",
        "encryption",
        "account",
        "shared",
        "auth",
        "master",
        "hmac",
    ];

    private static readonly string[] s_keys = [.. KeyKinds.Select(static kind => kind + "key")];
    private static readonly string[] s_secrets = ["apisecret", "clientsecret"];
    private static readonly string[] s_tokens =
    [
        "accesstoken",
        "refreshtoken",
        "authtoken",
        "sessiontoken",
        "clienttoken",
        "vaulttoken",
        "apitoken",
    ];
    private static readonly string[] s_passwords = ["password", "passwd"];
    private static readonly string[] s_phrases = ["passphrase"];

    /// <summary>How the names end, two letters of each.</summary>
    internal static string[] Endings { get; } = ["ey", "et", "en", "rd", "wd", "se", "id"];

    internal static SensitiveKeyKind KindOf(ReadOnlySpan<char> key)
    {
        if (key.Length < 3)
            return SensitiveKeyKind.None;
        switch (key[^1] | ' ')
        {
            case 'y':
                return EndsWithAny(key, s_keys);
            case 't':
                return EndsWithAny(key, s_secrets);
            case 'e':
                return EndsWithAny(key, s_phrases);
            case 'n' when EndsWith(key, "token"):
                return EndsWithAny(key, s_tokens) is var kind and not SensitiveKeyKind.None ? kind
                    : IsWholeWord(key, "token") ? SensitiveKeyKind.Token
                    : SensitiveKeyKind.None;
            case 'd' when IsWholeWord(key, "pwd"):
                return SensitiveKeyKind.Folder;
            // AWS calls a secret's name SecretId; the credential of Vault's AppRole is written with the separator.
            case 'd':
                return IsWholeWord(key, "secret_id") || IsWholeWord(key, "secret-id")
                    ? SensitiveKeyKind.Credential
                    : EndsWithAny(key, s_passwords);
            default:
                return SensitiveKeyKind.None;
        }
    }

    private static SensitiveKeyKind EndsWithAny(ReadOnlySpan<char> key, string[] words)
    {
        foreach (var word in words)
        {
            if (EndsWith(key, word))
                return SensitiveKeyKind.Credential;
        }
        return SensitiveKeyKind.None;
    }

    private static bool IsWholeWord(ReadOnlySpan<char> key, ReadOnlySpan<char> word) =>
        key.EndsWith(word, StringComparison.OrdinalIgnoreCase)
        && (key.Length == word.Length || key[^(word.Length + 1)] is '_' or '-' or ' ');

    private static bool EndsWith(ReadOnlySpan<char> key, string word)
    {
        var left = word.Length;
        for (var at = key.Length - 1; at >= 0 && left > 0; at--)
        {
            if (key[at] is '_' or '-' or ' ')
                continue;
            if ((key[at] | ' ') != word[left - 1])
                return false;
            left--;
        }
        return left == 0;
    }
}
