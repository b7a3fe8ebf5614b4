using System.Text.RegularExpressions;

namespace Repository.Tests.Conventions;

/// <summary>
/// .editorconfig's <c>max_line_length</c>. CSharpier (<c>make fmt</c>) wraps code; comments and literals it leaves as they are.
/// </summary>
public class LineWidthTests
{
    private const int Widest = 130;

    /// <summary>Its checksum is that of its text, and databases have it.</summary>
    private const string AppliedMigration = "src/Strongroom.Storage/Migrations/postgresql/V1__access_log_instances_trips.sql";

    [Fact]
    public void No_line_is_over_130_columns() =>
        Violations.AssertNone(
            from path in RepositoryFiles.Find("", "*.cs", "*.sql", "*.sh", "*.c")
            where path != AppliedMigration
            from line in RepositoryFiles.Read(path).Split('\n').Index()
            where line.Item.TrimEnd('\r').Length > Widest
            select $"{path}:{line.Index + 1} has {line.Item.Length} columns; {Widest} are allowed.",
            "Wrap it: 'make fmt' does for code."
        );

    /// <summary>A table's row and a block of code stay as they are, and a path or command in the text is not broken.</summary>
    [Fact]
    public void No_line_of_prose_is_over_130_columns() =>
        Violations.AssertNone(
            from path in RepositoryFiles.Find("", "*.md")
            from line in Prose(RepositoryFiles.Read(path).Split('\n'))
            where Regex.Replace(line.Text, "`[^`]*`|^!.*", "").Length > Widest
            select $"{path}:{line.Number} has {line.Text.Length} columns; {Widest} are allowed.",
            "Wrap it by hand."
        );

    private static IEnumerable<(int Number, string Text)> Prose(string[] lines)
    {
        var isCode = false;
        foreach (var (index, line) in lines.Index())
        {
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
                isCode = !isCode;
            else if (!isCode && !line.StartsWith('|'))
                yield return (index + 1, line);
        }
    }
}
