using System.Buffers;

namespace Strongroom.Detection;

/// <summary>
/// The password of <c>scheme://user:password@host</c>. Over HTTP a token may take the user's place: without a password, with an
/// empty one, or with GitHub's <c>x-oauth-basic</c>, which says so whatever the token looks like.
/// </summary>
internal sealed record UrlLogin(string Description, string Source) : CredentialForm(Description, Source)
{
    private const string TokenDescription = "token in a URL";
    private const string TokenMark = "x-oauth-basic";
    private const int ShortestToken = 16;
    private const int LongestPort = 5;

    private static readonly SearchValues<char> s_authorityEnd = SearchValues.Create("/?#\\\"'<> \t\r\n");
    private static readonly SearchValues<char> s_urlEnd = SearchValues.Create("\\\"'<> \t\r\n");

    internal override string[] Anchors => ["://"];

    internal override bool TryMatch(ReadOnlySpan<char> text, int anchor, out DetectedCredential found)
    {
        found = default;
        var start = anchor + "://".Length;
        var rest = text[start..];
        var authority = Until(rest, s_authorityEnd);
        var at = authority.LastIndexOf('@');
        // An unencoded slash in a password ends the authority too early.
        if (
            at < 0
            && authority is not ['[', ..]
            && authority.IndexOf(':') is >= 0 and var port
            && !IsPort(authority[(port + 1)..])
        )
            at = Until(rest, s_urlEnd).LastIndexOf('@');
        if (at < 0 || rest[..at].Contains("://", StringComparison.Ordinal))
            return false;
        var login = rest[..at];
        var colon = login.IndexOf(':');
        var user = colon < 0 ? login : login[..colon];
        var password = colon < 0 ? default : login[(colon + 1)..];
        if (password is "" or TokenMark && IsHttp(text[..anchor]))
        {
            found = new DetectedCredential(TokenDescription, CredentialEvidence.Pattern, start, at);
            return password.IsEmpty ? IsToken(user) : !NamedValue.IsPlaceholder(user);
        }
        found = new DetectedCredential(Description, CredentialEvidence.UrlPassword, start + colon + 1, at - colon - 1);
        return !NamedValue.IsPlaceholder(password);
    }

    private static bool IsToken(ReadOnlySpan<char> user) =>
        user.Length >= ShortestToken && Alphabet.Url.RunAt(user) == user.Length && user.ContainsAnyInRange('0', '9');

    private static bool IsPort(ReadOnlySpan<char> text) =>
        text.Length <= LongestPort && Alphabet.Digits.RunAt(text) == text.Length;

    private static bool IsHttp(ReadOnlySpan<char> before) =>
        before.EndsWith("http", StringComparison.OrdinalIgnoreCase)
        || before.EndsWith("https", StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<char> Until(ReadOnlySpan<char> text, SearchValues<char> end)
    {
        var length = text.IndexOfAny(end);
        return length < 0 ? text : text[..length];
    }
}
