namespace Strongroom.Detection;

/// <summary>The credential of an <c>Authorization</c> header, after its scheme in any case.</summary>
internal sealed record AuthorizationHeader(string Description, string Scheme, Alphabet Alphabet, string Source)
    : CredentialForm(Description, Source)
{
    private const int Shortest = 8;
    private const int ShortestWithoutDigit = 24;

    /// <summary>"ear" and "asi", which few words hold.</summary>
    internal override string[] Anchors => [Scheme.Substring(1, Anchor.Length)];

    internal override bool IgnoresCase => true;

    /// <summary>Whether what follows is a credential and not prose about one.</summary>
    internal Func<ReadOnlySpan<char>, bool> IsCredential { get; init; } = IsToken;

    internal override bool TryMatch(ReadOnlySpan<char> text, int anchor, out DetectedCredential found)
    {
        found = default;
        var at = anchor - 1;
        if (
            at < 0
            || !text[at..].StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || (at > 0 && char.IsAsciiLetterOrDigit(text[at - 1]))
        )
            return false;
        var start = at + Scheme.Length;
        while (start < text.Length && text[start] == ' ')
            start++;
        var credential = text.Slice(start, Alphabet.RunAt(text[start..]));
        if (start == at + Scheme.Length || !IsCredential(credential))
            return false;
        found = new DetectedCredential(Description, CredentialEvidence.Pattern, start, credential.Length);
        return true;
    }

    /// <summary>RFC 7617: base64 of user, colon and password. "Basic authentication" decodes to no such text.</summary>
    internal static bool IsUserAndPassword(ReadOnlySpan<char> credential)
    {
        const int longest = 512;
        Span<byte> decoded = stackalloc byte[longest];
        if (credential.Length < Shortest || credential.Length > longest)
            return false;
        var isDecoded = Convert.TryFromBase64Chars(credential, decoded, out var length);
        var hasColon = isDecoded && decoded[..length].Contains((byte)':');
        decoded.Clear();
        return hasColon;
    }

    private static bool IsToken(ReadOnlySpan<char> token) =>
        token.Length >= ShortestWithoutDigit || (token.Length >= Shortest && token.ContainsAnyInRange('0', '9'));
}
