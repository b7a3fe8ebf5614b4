namespace Repository.Tests.Documents;

/// <summary>A fenced block of C# in a page, and the line on which its code begins.</summary>
internal sealed record CodeBlock(int Line, string Code)
{
    internal static IReadOnlyList<CodeBlock> Find(string markdown)
    {
        var blocks = new List<CodeBlock>();
        string? fence = null;
        var (start, indent, isCode) = (0, 0, false);
        var code = new List<string>();
        var lines = markdown.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var text = lines[i].TrimStart();
            if (fence is null)
            {
                var ticks = text.TakeWhile(c => c == '`').Count();
                if (ticks < 3)
                    continue;
                fence = new string('`', ticks);
                isCode = text[ticks..].Trim().Split(' ', ',')[0] is "csharp" or "cs" or "c#";
                (start, indent) = (i + 2, lines[i].Length - text.Length);
                code.Clear();
            }
            else if (text.TrimEnd() == fence)
            {
                if (isCode)
                    blocks.Add(new CodeBlock(start, string.Join('\n', code)));
                fence = null;
            }
            else
            {
                // A block inside a list is as far in as its fence.
                code.Add(lines[i][Math.Min(indent, lines[i].Length - text.Length)..]);
            }
        }
        return fence is null
            ? blocks
            : throw new InvalidDataException($"The block that begins before line {start} does not end.");
    }
}
