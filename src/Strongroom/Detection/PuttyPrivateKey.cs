namespace Strongroom.Detection;

/// <summary>A PuTTY key file. It has no end line, so the rest of the text belongs to it.</summary>
internal sealed record PuttyPrivateKey(string Description, string Source) : CredentialForm(Description, Source)
{
    private const string Header = "PuTTY-User-Key-File-";

    internal override string[] Anchors => ["TY-"];

    internal override bool TryMatch(ReadOnlySpan<char> text, int anchor, out DetectedCredential found)
    {
        var start = anchor + Anchor.Length - "PuTTY-".Length;
        found = default;
        if (start < 0 || !text[start..].StartsWith(Header, StringComparison.Ordinal))
            return false;
        found = new DetectedCredential(Description, CredentialEvidence.Pattern, start, text.Length - start);
        return true;
    }
}
