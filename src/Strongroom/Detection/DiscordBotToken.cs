namespace Strongroom.Detection;

/// <summary>A bot's number in base64url, the token's time, and a keyed hash, with dots between them.</summary>
internal sealed record DiscordBotToken(string Description, string Source) : CredentialForm(Description, Source)
{
    private const int ShortestId = 23;
    private const int LongestId = 28;
    private const int TimeLength = 6;
    private const int ShortestHash = 27;
    private const int LongestHash = 40;

    internal override string[] Anchors => ["MD", "MT", "Mj", "Mz", "ND", "NT", "Nj", "Nz", "OD", "OT", "Oj", "Oz"];

    internal override bool TryMatch(ReadOnlySpan<char> text, int anchor, out DetectedCredential found)
    {
        found = default;
        anchor++;
        if (anchor > 0 && (IsWord(text[anchor - 1]) || text[anchor - 1] is '.' or '-'))
            return false;
        var id = Alphabet.Url.RunAt(text[anchor..]);
        var time = anchor + id + 1;
        if (
            id is < ShortestId or > LongestId
            || time + TimeLength >= text.Length
            || text[time - 1] != '.'
            || Alphabet.Url.RunAt(text[time..]) != TimeLength
            || text[time + TimeLength] != '.'
        )
            return false;
        var hash = time + TimeLength + 1;
        var length = Alphabet.Url.RunAt(text[hash..]);
        if (length is < ShortestHash or > LongestHash)
            return false;
        found = new DetectedCredential(Description, CredentialEvidence.Pattern, anchor, hash + length - anchor);
        return true;
    }
}
