using System.Buffers;

namespace Strongroom.Detection;

/// <summary>A parameter of a URL that is a credential by its name, such as a signed URL's <c>sig=…</c>.</summary>
internal sealed record QueryCredential(string Description, string Source) : CredentialForm(Description, Source)
{
    private const int LongestName = 20;
    private const int Shortest = 6;
    private const int ShortestUnclear = 8;

    /// <summary>Whether the name alone is enough, or the value needs a digit too.</summary>
    private static readonly (string Name, bool IsCertain)[] s_names =
    [
        ("sig", true),
        ("signature", true),
        ("x-amz-signature", true),
        ("x-goog-signature", true),
        ("hmac", true),
        ("pass", true),
        ("p", true),
        ("secret", false),
        ("token", false),
        ("auth", false),
        ("key", false),
        ("code", false),
    ];

    private static readonly SearchValues<char> s_end = SearchValues.Create(" \t\r\n&;#\"'<>");

    internal override IEnumerable<Anchor> Anchors =>
        s_names
            .Select(static one => one.Name.Length == 1 ? $"&{one.Name}" : one.Name[^2..])
            .Distinct()
            .Select(static end => Anchor.Of(end + "=", ignoreCase: true));

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
        foreach (var (known, isCertain) in s_names)
        {
            if (!name.Equals(known, StringComparison.OrdinalIgnoreCase))
                continue;
            if (value.Length < (isCertain ? Shortest : ShortestUnclear) || (!isCertain && !value.ContainsAnyInRange('0', '9')))
                return false;
            // A single letter names a password only after a user's name.
            if (known.Length == 1 && !HasUser(text[..equals]))
                return false;
            found = new DetectedCredential(Description, CredentialEvidence.NamedValue, equals + 1, value.Length);
            return !NamedValue.IsPlaceholder(value);
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
