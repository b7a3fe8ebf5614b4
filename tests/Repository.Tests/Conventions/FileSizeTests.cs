namespace Repository.Tests.Conventions;

public class FileSizeTests
{
    private const int Ceiling = 400;
    private const int ProgramCeiling = 70;

    [Fact]
    public void No_file_of_the_product_or_its_tests_is_over_the_ceiling() =>
        AssertShort(
            ["src", "trading", "tests"],
            ["*.cs", "*.sql"],
            Ceiling,
            "Split a file that outgrows the ceiling by concern."
        );

    [Fact]
    public void Program_is_a_table_of_contents() =>
        AssertShort(
            ["src", "trading"],
            ["Program.cs"],
            ProgramCeiling,
            "Program.cs is a table of contents: move what it does into named parts."
        );

    private static void AssertShort(string[] folders, string[] patterns, int ceiling, string whatToDo) =>
        Violations.AssertNone(
            from path in folders.SelectMany(folder => RepositoryFiles.Find(folder, patterns))
            let lines = RepositoryFiles.Read(path).TrimEnd().Split('\n').Length
            where lines > ceiling
            select $"{path} has {lines} lines; {ceiling} are allowed.",
            whatToDo
        );
}
