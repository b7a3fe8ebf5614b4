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
            from path in RepositoryFiles.Find("", "*.cs", "*.sql", "*.sh")
            where path != AppliedMigration
            from line in RepositoryFiles.Read(path).Split('\n').Index()
            where line.Item.TrimEnd('\r').Length > Widest
            select $"{path}:{line.Index + 1} has {line.Item.Length} columns; {Widest} are allowed.",
            "Wrap it: 'make fmt' does for code."
        );
}
