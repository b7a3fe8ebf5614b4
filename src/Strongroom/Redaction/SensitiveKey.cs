namespace Strongroom.Redaction;

/// <summary>What a key's name says about the value behind it.</summary>
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

/// <summary>The names that a credential stands behind, whatever their case, separators and prefix: <c>ALPACA_API_KEY</c>, <c>dbPassword</c>.</summary>
internal static class SensitiveKey
{
    private static readonly string[] s_words =
    [
        "apikey", "apisecret", "apitoken", "secretkey", "secretaccesskey", "clientsecret", "password", "passwd", "passphrase",
        "accesstoken", "refreshtoken", "authtoken", "sessiontoken", "clienttoken", "vaulttoken",
    ];

    internal static SensitiveKeyKind KindOf(ReadOnlySpan<char> key)
    {
        // Nearly every key is turned away by its last letter.
        if (key.Length < 3 || (key[^1] | ' ') is not ('y' or 't' or 'n' or 'd' or 'e'))
            return SensitiveKeyKind.None;
        foreach (var word in s_words)
        {
            if (EndsWith(key, word))
                return SensitiveKeyKind.Credential;
        }

        // AWS calls a secret's name SecretId; the credential of Vault's AppRole is written with the separator.
        if (IsWholeWord(key, "secret_id") || IsWholeWord(key, "secret-id"))
            return SensitiveKeyKind.Credential;
        if (IsWholeWord(key, "pwd"))
            return SensitiveKeyKind.Folder;
        return IsWholeWord(key, "token") ? SensitiveKeyKind.Token : SensitiveKeyKind.None;
    }

    private static bool IsWholeWord(ReadOnlySpan<char> key, ReadOnlySpan<char> word) =>
        key.EndsWith(word, StringComparison.OrdinalIgnoreCase) && (key.Length == word.Length || key[^(word.Length + 1)] is '_' or '-');

    private static bool EndsWith(ReadOnlySpan<char> key, string word)
    {
        var left = word.Length;
        for (var at = key.Length - 1; at >= 0 && left > 0; at--)
        {
            if (key[at] is '_' or '-')
                continue;
            if ((key[at] | ' ') != word[left - 1])
                return false;
            left--;
        }
        return left == 0;
    }
}
