using System.Text;
using System.Text.Unicode;

namespace Strongroom.Env;

/// <summary>
/// Finds the assignments of a <c>.env</c> text and every fault in it. A fault has a line number and a reason, but never the text
/// of the line, which may contain a value.
/// </summary>
internal ref struct DotenvParser(ReadOnlySpan<byte> text, string source)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private readonly List<DotenvAssignment> _assignments = [];
    private readonly List<string> _faults = [];
    private int _at;
    private int _line = 1;

    /// <exception cref="SecretConfigurationException">The text is malformed; all faults are listed.</exception>
    internal static List<DotenvAssignment> Parse(ReadOnlySpan<byte> text, string source)
    {
        var parser = new DotenvParser(text, source);
        if (!Utf8.IsValid(text))
            parser.Fault(parser.LineOfFirstInvalidByte(), "is not UTF-8 text; save the file as UTF-8.");
        else
            parser.ReadAll();
        return parser._faults.Count == 0
            ? parser._assignments
            : throw new SecretConfigurationException(SecretErrorCode.DotenvInvalid, parser._faults);
    }

    private void ReadAll()
    {
        if (_text.StartsWith("\uFEFF"u8))
        {
            Fault(
                1,
                "starts with a byte-order mark, which some programs take for a part of the first name; save the file without it."
            );
            _at = 3;
        }
        while (_at < _text.Length)
            ReadLine();
    }

    private void ReadLine()
    {
        var (start, startLine) = (_at, _line);
        SkipBlanks();
        if (AtLineEnd)
        {
            SkipLineEnd();
            return;
        }

        var problem = _text[_at] == (byte)'#' ? SkipComment() : ReadAssignment(start);
        if (problem is null)
            return;
        Fault(startLine, problem);
        // A quote that is not closed where it should be swallows the lines below it, so reading goes on right behind its first
        // line.
        (_at, _line) = (start, startLine);
        SkipRestOfLine();
    }

    private string? ReadAssignment(int lineStart)
    {
        if (_text[_at..].StartsWith("export"u8) && _at + 6 < _text.Length && DotenvSyntax.IsBlank(_text[_at + 6]))
        {
            _at += 6;
            SkipBlanks();
        }
        var nameLength = DotenvSyntax.NameLength(_text[_at..]);
        var name = Encoding.ASCII.GetString(_text.Slice(_at, nameLength));
        _at += nameLength;
        SkipBlanks();
        if (nameLength == 0 || AtEnd || _text[_at] != (byte)'=')
            return "is no assignment; write NAME=value with a name of letters, digits and _ . -, or put # in front.";
        _at++;
        // An empty value is put where the blanks begin, so that a write does not move a comment.
        var behindEquals = _at;
        SkipBlanks();
        if (AtLineEnd)
        {
            SkipLineEnd();
            _assignments.Add(new DotenvAssignment(name, DotenvForm.Plain, lineStart.._at, behindEquals..behindEquals));
            return null;
        }
        return _text[_at] switch
        {
            (byte)'\'' => ReadQuoted(name, lineStart, DotenvForm.SingleQuoted),
            (byte)'"' => ReadQuoted(name, lineStart, DotenvForm.DoubleQuoted),
            (byte)'`' => "has a value in backticks, which some programs keep as a part of it; use single quotes.",
            _ => ReadPlain(name, lineStart),
        };
    }

    private string? ReadPlain(string name, int lineStart)
    {
        var rest = _text[_at..];
        var end = rest.IndexOfAny((byte)'\n', (byte)'\r');
        rest = end < 0 ? rest : rest[..end];
        var hash = rest.IndexOf((byte)'#');
        if (hash == 0 || (hash > 0 && !DotenvSyntax.IsBlank(rest[hash - 1])))
            return "has a # that some programs take for a comment and others for a part of the value; quote the value, or put "
                + "a space before the comment.";
        var value = (hash < 0 ? rest : rest[..hash]).TrimEnd(" \t"u8);
        if (DotenvSyntax.HasOddSpace(value))
            return "has an invisible or unusual space outside quotes; remove it, or quote the value.";
        if (DotenvSyntax.HasInterpolation(value))
            return Interpolated;
        var written = _at..(_at + value.Length);
        _at += hash < 0 ? rest.Length : hash;
        return FinishLine(name, DotenvForm.Plain, lineStart, written);
    }

    private string? ReadQuoted(string name, int lineStart, DotenvForm form)
    {
        var (open, quote) = (_at, _text[_at]);
        var disputed = false;
        for (_at++; _at < _text.Length && _text[_at] != quote; )
        {
            var escapes = _text[_at] == (byte)'\\' && _at + 1 < _text.Length;
            disputed |= escapes && DotenvSyntax.IsDisputedEscape(form, _text[_at + 1]);
            if (escapes && _text[_at + 1] == quote)
                _at += 2;
            else
                SkipOne();
        }
        if (disputed)
            return "has a backslash sequence in quotes that programs read differently; use single quotes, and no backslash "
                + "before a quote or another backslash.";
        if (AtEnd)
            return "opens a quote that is never closed.";
        _at++;
        if (DotenvSyntax.HasInterpolation(_text[open.._at]))
            return Interpolated;
        return FinishLine(name, form, lineStart, open.._at);
    }

    private string? FinishLine(string name, DotenvForm form, int lineStart, Range written)
    {
        SkipBlanks();
        if (!AtEnd && _text[_at] == (byte)'#')
        {
            if (SkipComment() is { } problem)
                return problem;
        }
        else if (AtLineEnd)
        {
            SkipLineEnd();
        }
        else
        {
            return "has text behind the closing quote; quote the whole value, or put # before a comment.";
        }
        _assignments.Add(new DotenvAssignment(name, form, lineStart.._at, written));
        return null;
    }

    private const string Interpolated =
        "has a ${...}, which some programs replace and others keep; write the value itself. A value that needs one cannot "
        + "be stored in this file.";

    private readonly bool AtEnd => _at >= _text.Length;

    private readonly bool AtLineEnd => AtEnd || DotenvSyntax.IsLineEnd(_text[_at]);

    private string? SkipComment()
    {
        var start = _at;
        SkipRestOfLine();
        return DotenvSyntax.HasUnicodeLineEnd(_text[start.._at])
            ? "has a Unicode line separator in its comment, behind which some programs see a new line; remove it."
            : null;
    }

    private void SkipRestOfLine()
    {
        while (!AtLineEnd)
            _at++;
        SkipLineEnd();
    }

    private void SkipLineEnd()
    {
        if (!AtEnd)
            SkipOne();
    }

    private void SkipBlanks()
    {
        while (!AtEnd && DotenvSyntax.IsBlank(_text[_at]))
            _at++;
    }

    /// <summary>Moves by one byte, or by both of a CRLF, and counts the line.</summary>
    private void SkipOne()
    {
        var isCarriageReturn = _text[_at] == (byte)'\r';
        _line += DotenvSyntax.IsLineEnd(_text[_at]) ? 1 : 0;
        _at++;
        if (isCarriageReturn && !AtEnd && _text[_at] == (byte)'\n')
            _at++;
    }

    private readonly void Fault(int line, string problem) => _faults.Add($"{source}, line {line} {problem}");

    private int LineOfFirstInvalidByte()
    {
        while (!AtEnd)
        {
            var start = _at;
            var line = _line;
            SkipRestOfLine();
            if (!Utf8.IsValid(_text[start.._at]))
                return line;
        }
        return _line;
    }
}
