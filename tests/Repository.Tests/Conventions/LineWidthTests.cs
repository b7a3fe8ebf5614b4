namespace Repository.Tests.Conventions;

/// <summary>.editorconfig's <c>max_line_length</c>. CSharpier (<c>make fmt</c>) wraps code; comments and literals it leaves as they are.</summary>
public class LineWidthTests
{
    private const int Widest = 130;

    [Fact]
    public void No_line_is_over_130_columns() =>
        Violations.AssertNone(
            from path in RepositoryFiles.Find("", "*.cs", "*.sql", "*.sh")
            from line in RepositoryFiles.Read(path).Split('\n').Index()
            where line.Item.TrimEnd('\r').Length > Widest
            select $"{path}:{line.Index + 1} has {line.Item.Length} columns; {Widest} are allowed.",
            "Wrap it: 'make fmt' does for code."
        );
}
