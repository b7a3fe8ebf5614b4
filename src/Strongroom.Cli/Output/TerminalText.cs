using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Strongroom.Cli.Output;

/// <summary>
/// Makes what others wrote harmless for a terminal: control characters drive it, and formatting ones, such as those that turn the
/// direction of writing, make a text look like another.
/// </summary>
internal static class TerminalText
{
    /// <summary>The most that one byte becomes: <c>\x1b</c>, and of two bytes <c>\u202e</c>.</summary>
    private const int MostForByte = 4;

    /// <summary>One line, with a <c>?</c> for each such character.</summary>
    internal static string Line(string text)
    {
        if (!text.EnumerateRunes().Any(IsDriving))
            return text;
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            line.Append(IsDriving(rune) ? "?" : rune.ToString());
        return line.ToString();
    }

    /// <summary>
    /// A value as a terminal may show it: <c>\x1b</c>, <c>\u202e</c>, and <c>\xff</c> for what is no UTF-8. Line ends and tabs
    /// stay. The caller clears what it is given, as far as it was written.
    /// </summary>
    /// <param name="utf8">The value, or JSON, where such characters stand in texts only and have another spelling of the same
    /// meaning.</param>
    /// <param name="into">At least <see cref="MostOf"/>.</param>
    /// <param name="isJson">Spells it as JSON does.</param>
    /// <returns>How many bytes were written, and whether something was escaped.</returns>
    internal static (int Written, bool IsEscaped) Escape(ReadOnlySpan<byte> utf8, Span<byte> into, bool isJson = false)
    {
        var (written, isEscaped) = (0, false);
        while (!utf8.IsEmpty)
        {
            var isText = Rune.DecodeFromUtf8(utf8, out var rune, out var length) == OperationStatus.Done;
            if (isText && (rune.Value is '\n' or '\t' || !IsDriving(rune)))
            {
                utf8[..length].CopyTo(into[written..]);
                written += length;
            }
            else
            {
                isEscaped = true;
                written +=
                    isJson ? Json(rune, into[written..])
                    : isText ? Number(rune.Value, into[written..])
                    : Bytes(utf8[..length], into[written..]);
            }
            utf8 = utf8[length..];
        }
        return (written, isEscaped);
    }

    /// <summary>How much room a text may need.</summary>
    internal static int MostOf(int bytes) => bytes * MostForByte;

    private static bool IsDriving(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;

    private static int Json(Rune rune, Span<byte> into)
    {
        Span<char> units = stackalloc char[2];
        var written = 0;
        foreach (var unit in units[..rune.EncodeToUtf16(units)])
            written += Number(unit, "\\u"u8, 4, into[written..]);
        return written;
    }

    private static int Bytes(ReadOnlySpan<byte> bytes, Span<byte> into)
    {
        var written = 0;
        foreach (var one in bytes)
            written += Number(one, into[written..]);
        return written;
    }

    private static int Number(int value, Span<byte> into) =>
        value switch
        {
            <= 0xff => Number(value, "\\x"u8, 2, into),
            <= 0xffff => Number(value, "\\u"u8, 4, into),
            _ => Number(value, "\\U"u8, 8, into),
        };

    private static int Number(int value, ReadOnlySpan<byte> mark, int digits, Span<byte> into)
    {
        mark.CopyTo(into);
        Utf8Formatter.TryFormat(value, into[mark.Length..], out _, new StandardFormat('x', (byte)digits));
        return mark.Length + digits;
    }
}
