namespace Strongroom.Detection;

/// <summary>A key file of PuTTY's. Its parts have no end line, so all the rest of the text belongs to it.</summary>
internal sealed record PuttyPrivateKey(string Description, string Source) : CredentialForm(Description, Source)
{
    private const string Header = "PuTTY-User-Key-File-";

    internal override IEnumerable<Anchor> Anchors => [Anchor.Of(Header.AsSpan(0, Anchor.Length))];

    internal override bool TryMatch(ReadOnlySpan<char> text, int anchor, out DetectedCredential found)
    {
        found = new DetectedCredential(Description, CredentialEvidence.Pattern, anchor, text.Length - anchor);
        return text[anchor..].StartsWith(Header, StringComparison.Ordinal);
    }
}
