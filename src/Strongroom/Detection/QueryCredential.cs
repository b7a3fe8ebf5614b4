using System.Buffers;

namespace Strongroom.Detection;

/// <summary>A parameter of a URL that is a credential by its name, such as a signed URL's <c>sig=…</c>.</summary>
internal sealed record QueryCredential(string Description, string Source) : CredentialForm(Description, Source)
{
    private const int LongestName = 20;
    private const int Shortest = 6;
    private const int ShortestUnclear = 8;

    /// <summary>Names that are enough.</summary>
    private static readonly string[] s_certain = ["sig", "signature", "x-amz-signature", "x-goog-signature", "hmac", "pass", "p"];

    /// <summary>Names whose value needs a digit too.</summary>
    private static readonly string[] s_unclear = ["secret", "token", "auth", "key", "code"];

    private static readonly SearchValues<char> s_end = SearchValues.Create(" \t\r\n&;#\"'<>");

    internal override string[] Anchors =>
        [.. s_certain.Concat(s_unclear).Select(static name => (name.Length == 1 ? $"&{name}" : name[^2..]) + "=").Distinct()];

    internal override bool IgnoresCase => true;

    internal override bool TryMatch(ReadOnlySpan<char> text, int anchor, out DetectedCredential found)
    {
        found = default;
        var equals = anchor + Anchor.Length - 1;
        var before = text[Math.Max(0, equals - LongestName)..equals];
        if (before.LastIndexOfAny("?&;") is not (>= 0 and var sign))
            return false;
        var name = before[(sign + 1)..];
        var rest = text[(equals + 1)..];
        var value = rest[..(rest.IndexOfAny(s_end) is >= 0 and var end ? end : rest.Length)];
        var isCertain = IsAny(name, s_certain);
        if (!isCertain && !IsAny(name, s_unclear))
            return false;
        if (value.Length < (isCertain ? Shortest : ShortestUnclear) || (!isCertain && !value.ContainsAnyInRange('0', '9')))
            return false;
        // A single letter names a password only after a user's name.
        if (name.Length == 1 && !HasUser(text[..equals]))
            return false;
        found = new DetectedCredential(Description, CredentialEvidence.NamedValue, equals + 1, value.Length);
        return !NamedValue.IsPlaceholder(value);
    }

    private static bool IsAny(ReadOnlySpan<char> name, string[] names)
    {
        foreach (var known in names)
        {
            if (name.Equals(known, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    private static bool HasUser(ReadOnlySpan<char> before)
    {
        var query = before[(before.LastIndexOf('?') + 1)..];
        return query.StartsWith("u=")
            || query.StartsWith("user=")
            || query.Contains("&u=", StringComparison.Ordinal)
            || query.Contains("&user=", StringComparison.Ordinal);
    }
}
