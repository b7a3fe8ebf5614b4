using System.Text.RegularExpressions;

namespace Strongroom.Deployment;

/// <summary>
/// What a configuration key's own words say: <c>ConnectionStrings:Redis</c> nothing, <c>Smtp:Password</c> a secret.
/// </summary>
internal static partial class PlainKey
{
    /// <summary>A secret of any form stands behind these, a number too.</summary>
    private static readonly string[] s_certain =
    [
        "password",
        "passwords",
        "passwd",
        "passphrase",
        "pwd",
        "apikey",
        "privatekey",
        "accesskey",
        "secretkey",
    ];

    /// <summary>As a word of its own at the end: <c>DB_PASS</c>, and neither <c>BYPASS</c> nor <c>PASS_THROUGH</c>.</summary>
    private static readonly string[] s_certainLast = ["pass", "passcode", "pw"];

    /// <summary>A number behind these is a size or a time.</summary>
    private static readonly string[] s_likely = ["secret", "secrets", "token", "tokens", "credentials", "mnemonic"];

    /// <summary>Words before <c>key</c> that make it a secret one; a public key, a cache key and a sort key are none.</summary>
    private static readonly string[] s_keyKinds =
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

    /// <summary>
    /// What follows the word says that it is about a secret, not one: where its file lies, how long it lives, what it is called.
    /// </summary>
    private static readonly HashSet<string> s_descriptors = new(StringComparer.Ordinal)
    {
        "file",
        "path",
        "dir",
        "directory",
        "folder",
        "url",
        "uri",
        "endpoint",
        "host",
        "port",
        "addr",
        "address",
        "proto",
        "name",
        "names",
        "ttl",
        "lifetime",
        "expiry",
        "expiration",
        "expires",
        "age",
        "timeout",
        "seconds",
        "minutes",
        "hours",
        "days",
        "interval",
        "refresh",
        "issuer",
        "audience",
        "algorithm",
        "length",
        "min",
        "max",
        "minimum",
        "maximum",
        "policy",
        "enabled",
        "disabled",
        "required",
        "header",
        "type",
        "mode",
        "prefix",
        "suffix",
        "format",
        "version",
        "count",
        "limit",
        "provider",
        "store",
        "backend",
        "namespace",
        "location",
        "arn",
        "rotation",
        "ref",
        "reference",
        "validation",
    };

    internal static bool LooksSecret(string key, string value)
    {
        var words = WordsOf(LastSegment(key));
        if (words.Count == 0 || s_descriptors.Contains(words[^1]))
            return false;
        // The shell's working folder, not a password.
        if (key.Equals("PWD", StringComparison.OrdinalIgnoreCase) || key.Equals("OLDPWD", StringComparison.OrdinalIgnoreCase))
            return false;
        if (words[^1] is var last && s_certainLast.Contains(last))
            return true;
        var isNumber = value.All(c => char.IsAsciiDigit(c) || c is ':' or '.');
        for (var i = 0; i < words.Count; i++)
        {
            if (EndsWithAny(words[i], s_certain) || (words[i] is "key" or "keys" && i > 0 && s_keyKinds.Contains(words[i - 1])))
                return true;
            if (!isNumber && EndsWithAny(words[i], s_likely))
                return true;
        }
        return false;
    }

    /// <summary>Whether the word says that the name is about a secret, not one.</summary>
    internal static bool Describes(string word) => s_descriptors.Contains(word);

    private static bool EndsWithAny(string word, string[] ends) =>
        Array.Exists(ends, end => word.EndsWith(end, StringComparison.Ordinal));

    /// <summary>A list's entries and a section's <c>Value</c> are about what their parent is named for.</summary>
    private static string LastSegment(string key)
    {
        var segments = key.Split(':');
        var last = segments.Length - 1;
        while (
            last > 0
            && (segments[last].All(char.IsAsciiDigit) || segments[last].Equals("value", StringComparison.OrdinalIgnoreCase))
        )
            last--;
        return segments[last];
    }

    internal static List<string> WordsOf(string segment) =>
        [.. Words().Matches(segment).Select(word => word.Value.ToLowerInvariant())];

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+")]
    private static partial Regex Words();
}
