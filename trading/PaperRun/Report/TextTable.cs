namespace PaperRun.Report;

/// <summary>Rows under headings; every column is as wide as its widest cell. Columns of numbers are set to the right.</summary>
internal sealed class TextTable(int textColumns, params string[] headings)
{
    private const string Gap = "  ";

    private readonly List<string[]> _rows = [headings];

    internal void Add(params string[] cells) => _rows.Add(cells);

    internal void WriteTo(TextWriter to)
    {
        int[] widths = [.. headings.Select((_, column) => _rows.Max(row => row[column].Length))];
        foreach (var row in _rows)
            to.WriteLine(
                string.Join(
                        Gap,
                        row.Select(
                            (cell, column) => column < textColumns ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])
                        )
                    )
                    .TrimEnd()
            );
    }
}
