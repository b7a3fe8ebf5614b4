namespace Strongroom.Detection;

/// <summary>One form in which credentials are written: a row of <see cref="CredentialPatterns"/>.</summary>
/// <param name="Description">What it is, for a person.</param>
/// <param name="Source">Where the issuer, a standard or a secret scanner documents the form.</param>
internal abstract record CredentialForm(string Description, string Source)
{
    /// <summary>Of these, every text of the form contains one. <see cref="Anchor"/> looks at the last characters.</summary>
    internal abstract string[] Anchors { get; }

    /// <summary>Whether the anchors' letters may be of either case.</summary>
    internal virtual bool IgnoresCase => false;

    /// <summary>Whether the anchor at that index belongs to a credential of the form.</summary>
    internal abstract bool TryMatch(ReadOnlySpan<char> text, int anchor, out DetectedCredential found);

    /// <summary>Whether the character continues a word, so that no credential begins after it or ends before it.</summary>
    protected static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
