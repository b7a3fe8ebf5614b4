namespace Strongroom.Cli.Migration;

/// <summary>
/// Words that a person chose to be read, as opposed to random text: <c>trading</c>, <c>us-east-1</c>, <c>paper_desk</c>.
/// </summary>
internal static class PlainWord
{
    private const int LongestRun = 24;
    private const int LongestNumber = 12;
    private const int MostDigitsBehindLetters = 4;

    /// <summary>
    /// Whether each run between <paramref name="separators"/> is a word, a number, or a word followed by a short number.
    /// </summary>
    internal static bool IsChain(ReadOnlySpan<char> text, ReadOnlySpan<char> separators, int longest)
    {
        if (text.Length == 0 || text.Length > longest)
            return false;
        foreach (var range in text.SplitAny(separators))
        {
            var run = text[range];
            if (run.Length > 0 && !IsRun(run))
                return false;
        }
        return true;
    }

    private static bool IsRun(ReadOnlySpan<char> run)
    {
        var letters = 0;
        while (letters < run.Length && char.IsLetter(run[letters]))
            letters++;
        var digits = run.Length - letters;
        return run[letters..].IndexOfAnyExceptInRange('0', '9') < 0
            && letters <= LongestRun
            && digits <= (letters == 0 ? LongestNumber : MostDigitsBehindLetters)
            && !IsMixed(run[..letters])
            && !RandomText.IsMixed(run[..letters]);
    }

    /// <summary>
    /// Capitals inside a word, as in random text: in <c>FooBarBaz</c> each is followed by small letters, in <c>qWeRtZuI</c> not.
    /// </summary>
    private static bool IsMixed(ReadOnlySpan<char> letters)
    {
        var (upper, lower, turns) = (0, 0, 0);
        for (var i = 0; i < letters.Length; i++)
        {
            var isUpper = char.IsUpper(letters[i]);
            (upper, lower) = isUpper ? (upper + 1, lower) : (upper, lower + 1);
            turns += i > 0 && isUpper != char.IsUpper(letters[i - 1]) ? 1 : 0;
        }
        return upper > 0 && lower > 0 && letters.Length >= 6 && turns * 3 > letters.Length + 2;
    }
}
