namespace Strongroom.Cli.Output;

/// <summary>How wide each column of a table is. Lines end between words: a name, a version or a moment stays in one piece.</summary>
internal static class ColumnWidths
{
    /// <summary>The blanks around a column.</summary>
    private const int Edges = 2;

    /// <summary>Null where the table does not fit.</summary>
    internal static int[]? Of(IReadOnlyList<string> headings, IReadOnlyList<IReadOnlyList<string>> rows, int room)
    {
        var columns = headings.Select((heading, column) => rows.Select(row => row[column]).Append(heading).ToList()).ToList();
        var widths = columns.Select(cells => cells.Max(cell => cell.Length)).ToArray();
        var narrowest = columns.Select(cells => cells.Max(NarrowestOf)).ToArray();
        // Spectre leaves one blank before the first column.
        for (var over = widths.Sum(width => width + Edges) - room; over > 0; over--)
        {
            var (widest, width) = widths.Index().Where(one => one.Item > narrowest[one.Index]).OrderByDescending(one => one.Item).FirstOrDefault((-1, 0));
            if (widest < 0)
                return null;
            widths[widest] = width - 1;
        }
        return widths;
    }

    private static int NarrowestOf(string cell) => IsMoment(cell) ? cell.Length : cell.Split(' ').Max(word => word.Length);

    private static bool IsMoment(string cell) => cell is { Length: 20 } and [.., 'Z'] && char.IsAsciiDigit(cell[0]);
}
