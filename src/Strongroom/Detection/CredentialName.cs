using System.Text.RegularExpressions;

namespace Strongroom.Detection;

/// <summary>
/// What the name of a setting or variable says about its value: <c>Smtp:Password</c> is a credential,
/// <c>PASSWORD_MIN_LENGTH</c> describes one, and <c>ConnectionStrings:Redis</c> says nothing.
/// </summary>
public sealed partial class CredentialName
{
    /// <summary>Names of a secret whatever the value is, even a number.</summary>
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

    /// <summary>As the last word only: <c>DB_PASS</c>, and neither <c>BYPASS</c> nor <c>PASS_THROUGH</c>.</summary>
    private static readonly string[] s_certainLast = ["pass", "passcode", "pw"];

    /// <summary>With a number, these name a size or a time.</summary>
    private static readonly string[] s_likely = ["secret", "secrets", "token", "tokens", "credentials", "mnemonic"];

    /// <summary>
    /// Last words of a name that is about a secret: where its file is, how long it lives, what it is called.
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

    private readonly string _name;

    /// <summary>Splits a name into words.</summary>
    /// <param name="name">The name of a variable, or a configuration key with <c>:</c> between its sections.</param>
    public CredentialName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        _name = name;
        Words = [.. WordPattern().Matches(LastSegment(name)).Select(static word => word.Value.ToLowerInvariant())];
    }

    /// <summary>The words of the name's last section, in lower case.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>
    /// Whether the last word describes something, such as a file, a lifetime or a policy, so that the name is not a credential's.
    /// </summary>
    public bool IsDescription => Words.Count > 0 && s_descriptors.Contains(Words[^1]);

    /// <summary>Whether the name is that of a credential.</summary>
    /// <param name="isNumber">Whether the value is a number, which with some names is a size or a time.</param>
    public bool NamesCredential(bool isNumber = false)
    {
        // The shell's working folder, not a password.
        if (
            Words.Count == 0
            || IsDescription
            || _name.Equals("PWD", StringComparison.OrdinalIgnoreCase)
            || _name.Equals("OLDPWD", StringComparison.OrdinalIgnoreCase)
        )
            return false;
        if (s_certainLast.Contains(Words[^1]))
            return true;
        for (var i = 0; i < Words.Count; i++)
        {
            if (
                EndsWithAny(Words[i], s_certain)
                || (Words[i] is "key" or "keys" && i > 0 && SensitiveKey.KeyKinds.Contains(Words[i - 1]))
            )
                return true;
            if (!isNumber && EndsWithAny(Words[i], s_likely))
                return true;
        }
        return false;
    }

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

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+")]
    private static partial Regex WordPattern();
}
