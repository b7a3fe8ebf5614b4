namespace Strongroom.Detection;

/// <summary>A private key in PEM's armour, or PGP's, up to its end line or the end of the text.</summary>
internal sealed record PrivateKeyBlock(string Description, string Source) : CredentialForm(Description, Source)
{
    private const string Begin = "-----BEGIN ";
    private const string End = "-----END ";
    private const string Dashes = "-----";
    private const int LongestLabel = 40;

    internal override string[] Anchors => ["BEG"];

    internal override bool TryMatch(ReadOnlySpan<char> text, int anchor, out DetectedCredential found)
    {
        found = default;
        var start = anchor - Dashes.Length;
        if (start < 0 || !text[start..].StartsWith(Begin, StringComparison.Ordinal))
            return false;
        var block = text[start..];
        var label = block[Begin.Length..Math.Min(block.Length, Begin.Length + LongestLabel)];
        var labelEnd = label.IndexOf(Dashes);
        if (labelEnd < 0 || !label[..labelEnd].Contains("PRIVATE KEY", StringComparison.Ordinal))
            return false;
        var length = block.Length;
        if (block.IndexOf(End) is >= 0 and var last && block[(last + End.Length)..].IndexOf(Dashes) is >= 0 and var closing)
            length = last + End.Length + closing + Dashes.Length;
        found = new DetectedCredential(Description, CredentialEvidence.Pattern, start, length);
        return true;
    }
}
