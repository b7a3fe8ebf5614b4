using System.Buffers;
using System.Text;

namespace Strongroom.Env;

/// <summary>
/// The rules that python-dotenv and node-dotenv share, and the marks of text that they read differently (docs/dotenv.md).
/// </summary>
internal static class DotenvSyntax
{
    private static readonly SearchValues<byte> s_nameBytes = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"u8
    );

    internal static bool IsBlank(byte b) => b is (byte)' ' or (byte)'\t';

    internal static bool IsLineEnd(byte b) => b is (byte)'\n' or (byte)'\r';

    internal static int NameLength(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExcept(s_nameBytes);
        return end < 0 ? text.Length : end;
    }

    /// <summary>White space that only one of the two parsers strips, or that editors do not show.</summary>
    internal static bool HasOddSpace(ReadOnlySpan<byte> text) =>
        Any(text, static rune =>
            rune.Value is 0x0b or 0x0c or (>= 0x1c and <= 0x1f) or 0xfeff || (rune.Value >= 0x80 && Rune.IsWhiteSpace(rune))
        );

    /// <summary>Unicode's line ends: JavaScript sees a new line, Python does not.</summary>
    internal static bool HasUnicodeLineEnd(ReadOnlySpan<byte> text) => Any(text, static rune => rune.Value is 0x2028 or 0x2029);

    /// <summary>What python-dotenv replaces and node-dotenv keeps: <c>${NAME}</c> and <c>${NAME:-default}</c>.</summary>
    internal static bool HasInterpolation(ReadOnlySpan<byte> text)
    {
        for (var at = text.IndexOf("${"u8); at >= 0; )
        {
            var rest = text[(at + 2)..];
            var stop = rest.IndexOfAny((byte)'}', (byte)':');
            if (stop < 0)
                return false;
            if (rest[stop] == (byte)'}' || (rest[stop..].StartsWith(":-"u8) && rest[stop..].Contains((byte)'}')))
                return true;
            var next = rest.IndexOf("${"u8);
            at = next < 0 ? -1 : at + 2 + next;
        }
        return false;
    }

    /// <summary>A backslash and the byte behind it that the two parsers read differently in this form.</summary>
    internal static bool IsDisputedEscape(DotenvForm form, byte next) =>
        form switch
        {
            DotenvForm.SingleQuoted => next is (byte)'\\' or (byte)'\'',
            DotenvForm.DoubleQuoted => "\\'\"abftv"u8.Contains(next),
            _ => false,
        };

    private static bool Any(ReadOnlySpan<byte> text, Func<Rune, bool> isIt)
    {
        while (Rune.DecodeFromUtf8(text, out var rune, out var length) == OperationStatus.Done)
        {
            if (isIt(rune))
                return true;
            text = text[length..];
        }
        return false;
    }
}
