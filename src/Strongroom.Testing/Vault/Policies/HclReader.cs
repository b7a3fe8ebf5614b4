using System.Text;

namespace Strongroom.Testing.Vault;

/// <summary>Reads as much HCL as policies use: blocks with a label, assignments, lists, texts, numbers, comments.</summary>
internal sealed class HclReader(string text)
{
    private int at;

    /// <summary>Blocks of one name, such as <c>path</c>, come together, each under its label.</summary>
    public List<KeyValuePair<string, object?>> ReadAll()
    {
        var all = ReadBody(end: false);
        return
        [
            .. all.GroupBy(e => e.Key)
                .Select(g =>
                    KeyValuePair.Create(
                        g.Key,
                        g.Count() == 1 && g.First().Value is not List<KeyValuePair<string, object?>>
                            ? g.First().Value
                            : g.SelectMany(e =>
                                    e.Value as List<KeyValuePair<string, object?>> ?? throw Fault($"\"{g.Key}\" twice")
                                )
                                .ToList()
                    )
                ),
        ];
    }

    private List<KeyValuePair<string, object?>> ReadBody(bool end)
    {
        List<KeyValuePair<string, object?>> entries = [];
        while (true)
        {
            SkipBlank();
            if (at == text.Length)
                return end ? throw Fault("a block is not closed") : entries;
            if (text[at] == '}')
            {
                at++;
                return end ? entries : throw Fault("a '}' too many");
            }
            entries.Add(ReadEntry());
        }
    }

    private KeyValuePair<string, object?> ReadEntry()
    {
        var key = ReadName();
        SkipBlank();
        if (Take('='))
        {
            SkipBlank();
            return KeyValuePair.Create(key, ReadValue());
        }
        if (Take('{'))
            return KeyValuePair.Create(key, (object?)ReadBody(end: true));
        var label = ReadName();
        SkipBlank();
        return Take('{')
            ? KeyValuePair.Create(
                key,
                (object?)new List<KeyValuePair<string, object?>> { KeyValuePair.Create(label, (object?)ReadBody(end: true)) }
            )
            : throw Fault($"'{{' expected after \"{label}\"");
    }

    private object? ReadValue()
    {
        if (Take('{'))
            return ReadBody(end: true);
        if (!Take('['))
            return ReadName();
        List<object?> items = [];
        while (true)
        {
            SkipBlank();
            if (Take(']'))
                return items;
            items.Add(ReadValue());
            SkipBlank();
            if (!Take(',') && Peek() != ']')
                throw Fault("',' or ']' expected in a list");
        }
    }

    private string ReadName()
    {
        if (Take('"'))
            return ReadText();
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '-' or '.'))
            at++;
        return at > start
            ? text[start..at]
            : throw Fault(at == text.Length ? "it ends too early" : "a character that is not understood");
    }

    private string ReadText()
    {
        var read = new StringBuilder();
        while (at < text.Length && text[at] != '"')
        {
            if (text[at] == '\n')
                break;
            if (text[at] == '\\' && at + 1 < text.Length)
                at++;
            read.Append(text[at++]);
        }
        return Take('"') ? read.ToString() : throw Fault("a text is not closed");
    }

    private char Peek() => at < text.Length ? text[at] : '\0';

    private bool Take(char wanted)
    {
        if (Peek() != wanted)
            return false;
        at++;
        return true;
    }

    private void SkipBlank()
    {
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
                at++;
            else if (text[at] == '#' || text.AsSpan(at).StartsWith("//"))
                at = text.IndexOf('\n', at) is >= 0 and var line ? line : text.Length;
            else if (text.AsSpan(at).StartsWith("/*"))
                at = text.IndexOf("*/", at, StringComparison.Ordinal) is >= 0 and var close
                    ? close + 2
                    : throw Fault("a comment is not closed");
            else
                return;
        }
    }

    private FormatException Fault(string what) =>
        new($"line {text.AsSpan(0, Math.Min(at, text.Length)).Count('\n') + 1}: {what}");
}
