namespace Strongroom.Detection;

/// <summary>What distinguishes a credential from a word that begins like one.</summary>
internal enum Randomness
{
    /// <summary>A digit, or letters of both cases.</summary>
    Mixed,

    /// <summary>A digit: the literal begins ordinary words too.</summary>
    Digit,

    /// <summary>Nothing: literal, alphabet and length are enough.</summary>
    None,
}

/// <summary>So many characters of one alphabet.</summary>
internal sealed record CharacterRun(Alphabet Alphabet, int Shortest, int Longest);

/// <summary>A literal that the issuer chose, and a run of one alphabet after it, sometimes also before it.</summary>
/// <param name="Description">What it is, for a person.</param>
/// <param name="Literal">The text that identifies it.</param>
/// <param name="Alphabet">What follows the literal.</param>
/// <param name="Shortest">The fewest characters after the literal.</param>
/// <param name="Longest">The most.</param>
/// <param name="Source">Where the form is documented.</param>
internal sealed record CredentialPattern(
    string Description,
    string Literal,
    Alphabet Alphabet,
    int Shortest,
    int Longest,
    string Source
) : CredentialForm(Description, Source)
{
    private const int LongestPrefix = 4;

    /// <summary>The run before a literal that is in the middle.</summary>
    internal CharacterRun? Before { get; init; }

    internal Randomness Randomness { get; init; } = Randomness.Mixed;

    internal CredentialChecksum Checksum { get; init; }

    /// <summary>Whether the literal, such as the host of a webhook, may be seen.</summary>
    internal bool KeepsLiteral { get; init; }

    // A separator is rarer than a letter, so the anchor ends with the last one. Without one, it ends with the fourth character:
    // each further one would add a byte that no other anchor of its group has.
    private int AnchorEnd
    {
        get
        {
            for (var end = Literal.Length; end >= Anchor.Length; end--)
            {
                if (Literal[end - 1] is '_' or '-' or '.' or '/' or ':' or '$')
                    return end;
            }
            return Math.Min(LongestPrefix, Literal.Length);
        }
    }

    internal override string[] Anchors => [Literal[..AnchorEnd]];

    internal override bool TryMatch(ReadOnlySpan<char> text, int anchor, out DetectedCredential found)
    {
        found = default;
        var literal = anchor + Anchor.Length - AnchorEnd;
        if (literal < 0 || !text[literal..].StartsWith(Literal, StringComparison.Ordinal))
            return false;
        var start = literal;
        if (Before is { } before)
        {
            var length = before.Alphabet.RunBefore(text[..literal], before.Longest);
            if (length < before.Shortest || length > before.Longest)
                return false;
            start -= length;
        }
        if (start > 0 && IsWord(text[start - 1]))
            return false;
        var behind = literal + Literal.Length;
        var run = text.Slice(behind, Alphabet.RunAt(text[behind..]));
        var end = behind + run.Length;
        if (run.Length < Shortest || run.Length > Longest || (end < text.Length && IsWord(text[end])))
            return false;
        if (!IsRandom(run) || !CredentialChecksums.Verify(Checksum, Literal, run))
            return false;
        start = KeepsLiteral ? behind : start;
        found = new DetectedCredential(Description, CredentialEvidence.Pattern, start, end - start);
        return true;
    }

    private bool IsRandom(ReadOnlySpan<char> run) =>
        Randomness == Randomness.None
        || run.ContainsAnyInRange('0', '9')
        || (Randomness == Randomness.Mixed && run.ContainsAnyInRange('A', 'Z') && run.ContainsAnyInRange('a', 'z'));
}
