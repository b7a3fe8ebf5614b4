namespace Strongroom.Detection;

/// <summary>
/// A quotation mark: plain, or escaped because the JSON that it belongs to is itself a JSON string.
/// </summary>
internal readonly record struct Quote(string Mark)
{
    private static readonly string[] s_marks = ["\\u0022", "\\\"", "\"", "'"];

    internal int Length => Mark?.Length ?? 0;

    /// <summary>The mark at that index, or one of length 0.</summary>
    internal static Quote At(ReadOnlySpan<char> text, int at)
    {
        foreach (var mark in s_marks)
        {
            if (text[at..].StartsWith(mark))
                return new Quote(mark);
        }
        return default;
    }

    /// <summary>The length of the mark that <paramref name="text"/> ends with, or 0.</summary>
    internal static int Before(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[^1] is not ('"' or '\'' or '2'))
            return 0;
        foreach (var mark in s_marks)
        {
            if (text.EndsWith(mark))
                return mark.Length;
        }
        return 0;
    }

    /// <summary>The text from <paramref name="start"/> up to the closing mark, or to the end without one.</summary>
    internal ReadOnlySpan<char> Inside(ReadOnlySpan<char> text, int start)
    {
        var inside = text[start..];
        for (var at = 0; at < inside.Length; at++)
        {
            var next = inside[at..].IndexOf(Mark);
            if (next < 0)
                break;
            at += next;
            if (Closes(inside[..at]))
                return inside[..at];
        }
        return inside;
    }

    // A mark inside the value is escaped once more. An odd backslash in front of an escaped mark takes its backslash away: what
    // is left is either a plain mark, which ends the outer text, or the letters u0022.
    private bool Closes(ReadOnlySpan<char> before)
    {
        var backslashes = before.Length - before.TrimEnd('\\').Length;
        if (backslashes % 2 != 0)
            return Mark == "\\\"";
        return Mark[0] != '\\' || backslashes / 2 % 2 == 0;
    }
}
