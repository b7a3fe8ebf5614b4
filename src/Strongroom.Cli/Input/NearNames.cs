namespace Strongroom.Cli.Input;

/// <summary>Which of the known names a mistyped one may have meant.</summary>
internal static class NearNames
{
    /// <summary>The nearest first; only those that are near at all.</summary>
    internal static IReadOnlyList<string> Find(string typed, IEnumerable<string> known, int most)
    {
        var farthest = Math.Max(1, typed.Length / 3);
        return
        [
            .. known
                .Distinct(StringComparer.Ordinal)
                .Select(name => (Name: name, Distance: Distance(typed, name)))
                .Where(one => one.Distance <= farthest)
                .OrderBy(one => one.Distance)
                .ThenBy(one => one.Name, StringComparer.Ordinal)
                .Take(most)
                .Select(one => one.Name),
        ];
    }

    /// <summary>How many letters must be added, removed, changed or swapped with their neighbour.</summary>
    private static int Distance(string a, string b)
    {
        var rows = new int[3][];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            rows[0][j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var (row, last, beforeLast) = (rows[i % 3], rows[(i - 1) % 3], rows[(i + 1) % 3]);
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(last[j] + 1, row[j - 1] + 1), last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
            }
        }
        return rows[a.Length % 3][b.Length];
    }
}
