namespace Strongroom.Testing.Aws.Policies;

/// <summary>A text with <c>*</c> for any characters and <c>?</c> for exactly one, as IAM has it.</summary>
internal static class WildcardPattern
{
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text, bool ignoreCase = false)
    {
        var (p, t, star, resume) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
                (star, resume, p) = (p, t, p + 1);
            else if (p < pattern.Length && (pattern[p] == '?' || Same(pattern[p], text[t], ignoreCase)))
                (p, t) = (p + 1, t + 1);
            else if (star >= 0)
                (p, t, resume) = (star + 1, resume + 1, resume + 1);
            else
                return false;
        }
        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }

    private static bool Same(char one, char other, bool ignoreCase) =>
        ignoreCase ? char.ToLowerInvariant(one) == char.ToLowerInvariant(other) : one == other;
}
