namespace Strongroom.Detection;

/// <summary>One form in which credentials are written: a row of <see cref="CredentialPatterns"/>.</summary>
/// <param name="Description">What it is, for a person.</param>
/// <param name="Source">Where the issuer, the standard or who scans for it documents the form.</param>
internal abstract record CredentialForm(string Description, string Source)
{
    /// <summary>What every text of the form holds.</summary>
    internal abstract IEnumerable<Anchor> Anchors { get; }

    /// <summary>Whether a credential of the form stands around the anchor that was found there.</summary>
    internal abstract bool TryMatch(ReadOnlySpan<char> text, int anchor, out DetectedCredential found);

    /// <summary>Whether the character continues a word, so that a credential does not begin behind it or end before it.</summary>
    protected static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
