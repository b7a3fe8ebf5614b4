using Microsoft.CodeAnalysis.CSharp;

namespace Repository.Tests.Walls;

/// <summary>
/// The folders of a project do not need each other in a circle, so each can be read with those below it and no others. Files at
/// the root belong to no folder: they are the assembly's contract, its log messages and its composition.
/// </summary>
public class FolderCircleTests
{
    public static TheoryData<string> Projects =>
        [
            .. RepositoryFiles
                .Projects()
                .Where(path =>
                    path.StartsWith("src/", StringComparison.Ordinal) || path.StartsWith("trading/", StringComparison.Ordinal)
                )
                .Select(path => Path.GetDirectoryName(path)!),
        ];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_of_a_project_have_no_circle(string project)
    {
        Violations.AssertNone(
            Graph(project).Circles.Select(edge => $"{project}: {edge}"),
            "Move what both need into the folder below, or the file that needs them to the folder above."
        );
    }

    [Theory]
    [InlineData("class A { B b; }", "class B { A a; }", "A -> B: A/File.cs names B | B -> A: B/File.cs names A")]
    [InlineData("class A { B b; }", "class B { }", "")]
    [InlineData(
        "class A { void M() => B.Run(); }",
        "class B { static A Run() => null; }",
        "A -> B: A/File.cs names B | B -> A: B/File.cs names A"
    )]
    [InlineData(
        "class A { bool M(object o) => o is B; }",
        "class B : A { }",
        "A -> B: A/File.cs names B | B -> A: B/File.cs names A"
    )]
    [InlineData(
        "class A { object M() => new List<B[]?>(); }",
        "class B { object M(object o) => (A)o; }",
        "A -> B: A/File.cs names B | B -> A: B/File.cs names A"
    )]
    [InlineData(
        "class A { void M() => 1.Twice(); }",
        "static class B { static int Twice(this int n) => n; static A a; }",
        "A -> B: A/File.cs names B | B -> A: B/File.cs names A"
    )]
    [InlineData("class A { /* B */ string s = \"B\"; int M() => x.B; }", "class B { A a; }", "")]
    [InlineData("class A { string B { get; } int M() => B.Length; }", "class B { A a; }", "")]
    [InlineData("class A { class B { } B b; }", "class B { A a; }", "")]
    [InlineData("System.Console.WriteLine(new B());", "class B { A a; }", "")]
    public void Circles_are_found_by_the_types_that_files_name(string first, string second, string circles)
    {
        var graph = new FolderGraph([
            ("A/File.cs", CSharpSyntaxTree.ParseText(first).GetRoot()),
            ("B/File.cs", CSharpSyntaxTree.ParseText(second).GetRoot()),
        ]);

        Assert.Equal(circles, string.Join(" | ", graph.Circles));
    }

    private static FolderGraph Graph(string project) =>
        new(
            SourceFile
                .Product.Where(file => file.Path.StartsWith(project + "/", StringComparison.Ordinal))
                .Select(file => (Path: file.Path[(project.Length + 1)..], file.Root))
                .Where(file => file.Path.Contains('/', StringComparison.Ordinal))
        );
}
