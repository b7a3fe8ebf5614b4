namespace Strongroom.Cli.Output;

/// <summary>
/// How wide each column of a table is. Lines end between words: a name, a version or a moment stays in one piece.
/// </summary>
internal static class ColumnWidths
{
    /// <summary>The blanks around a column.</summary>
    private const int Edges = 2;

    /// <summary>Below that, text is hard to read.</summary>
    private const int NarrowestText = 24;

    /// <summary>Null where the table does not fit.</summary>
    internal static int[]? Of(IReadOnlyList<string> headings, IReadOnlyList<IReadOnlyList<string>> rows, int room)
    {
        var columns = headings.Select((heading, column) => rows.Select(row => row[column]).Append(heading).ToList()).ToList();
        var widths = columns.Select(cells => cells.Max(cell => cell.Length)).ToArray();
        return
            Shrink(widths, columns.Select(cells => cells.Max(NarrowestOf)), room)
            || Shrink(widths, columns.Select(NarrowestOfText), room)
            ? widths
            : null;
    }

    /// <summary>Takes from the widest first, and from none more than it can give.</summary>
    private static bool Shrink(int[] widths, IEnumerable<int> least, int room)
    {
        var narrowest = least.ToArray();
        while (widths.Sum(width => width + Edges) > room)
        {
            var (widest, width) = widths
                .Index()
                .Where(one => one.Item > narrowest[one.Index])
                .OrderByDescending(one => one.Item)
                .FirstOrDefault((-1, 0));
            if (widest < 0)
                return false;
            widths[widest] = width - 1;
        }
        return true;
    }

    /// <summary>Where a column holds text rather than names, a long word of it, such as a path, may be parted.</summary>
    private static int NarrowestOfText(List<string> cells) =>
        cells[..^1].Exists(cell => cell.Contains(' ', StringComparison.Ordinal) && !IsMoment(cell))
            ? Math.Min(NarrowestText, cells.Max(NarrowestOf))
            : cells.Max(NarrowestOf);

    private static int NarrowestOf(string cell) => IsMoment(cell) ? cell.Length : cell.Split(' ').Max(word => word.Length);

    private static bool IsMoment(string cell) => cell is { Length: 20 } and [.., 'Z'] && char.IsAsciiDigit(cell[0]);
}
