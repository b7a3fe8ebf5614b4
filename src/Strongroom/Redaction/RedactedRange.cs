using System.Text;

namespace Strongroom.Redaction;

/// <summary>
/// A part of a text that must not be seen, from <paramref name="Start"/> up to, not including, <paramref name="End"/>.
/// </summary>
internal readonly record struct RedactedRange(int Start, int End)
{
    /// <summary>
    /// The text with every part replaced by the mask; parts that touch become one, so that their number tells nothing.
    /// </summary>
    internal static string Mask(ReadOnlySpan<char> text, List<RedactedRange> parts)
    {
        parts.Sort(static (left, right) => left.Start.CompareTo(right.Start));
        var masked = new StringBuilder(text.Length);
        var seen = 0;
        for (var index = 0; index < parts.Count; )
        {
            var (start, end) = parts[index++];
            for (; index < parts.Count && parts[index].Start <= end; index++)
                end = Math.Max(end, parts[index].End);
            masked.Append(text[seen..start]).Append(SecretValue.Mask);
            seen = end;
        }
        return masked.Append(text[seen..]).ToString();
    }
}
