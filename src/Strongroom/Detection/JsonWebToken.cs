namespace Strongroom.Detection;

/// <summary>
/// A JWS or JWE in its compact form: a header of base64url that begins with <c>{"</c>, and further parts after dots.
/// </summary>
internal sealed record JsonWebToken(string Description, string Source) : CredentialForm(Description, Source)
{
    private const int ShortestPart = 12;
    private const int MostParts = 5;

    internal override string[] Anchors => ["eyJ"];

    internal override bool TryMatch(ReadOnlySpan<char> text, int anchor, out DetectedCredential found)
    {
        found = default;
        if (anchor > 0 && IsWord(text[anchor - 1]))
            return false;
        var end = anchor;
        var parts = 0;
        for (; parts < MostParts; parts++)
        {
            var start = parts == 0 ? end : end + 1;
            if (parts > 0 && (end >= text.Length || text[end] != '.'))
                break;
            var length = Alphabet.Url.RunAt(text[start..]);
            // Later parts may be empty: an unsigned token, a key that was agreed on.
            if (parts < 2 && length < ShortestPart)
                return false;
            end = start + length;
        }
        found = new DetectedCredential(Description, CredentialEvidence.Pattern, anchor, end - anchor);
        return parts >= 2;
    }
}
