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

    private static readonly IReadOnlyList<SourceFile> s_shared =
    [
        .. SourceFile.Product.Where(file => file.Path.StartsWith("src/Shared/", StringComparison.Ordinal)),
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
    [InlineData("class A { B b; }")]
    [InlineData("class A { void M() => B.Run(); }")]
    [InlineData("class A { bool M(object o) => o is B; }")]
    [InlineData("class A { object M() => new List<B[]?>(); }")]
    [InlineData("class A { void M() => 1.Twice(); }")]
    [InlineData("class A { int? M(int? n) => n?.Twice(); }")]
    [InlineData("class A { int M(A a) => a.Twice(); int Twice(string s) => 0; }")]
    [InlineData("class A { int M() => 1.Half; }")]
    [InlineData("using static B; class A { void M() => Run(); }")]
    [InlineData("using Other = B; class A { Other b; }")]
    [InlineData("class A { B.Inner b; }")]
    [InlineData("class A { void M() => Outside.Find().Go(); }")]
    [InlineData("class A { void M() => Outside.Take(new()); }")]
    [InlineData("class A { int M() { var b = Outside.Find(); return b[0]; } }")]
    [InlineData("class A { object M() { var b = Outside.Find(); return b + b; } }")]
    [InlineData("class A { string M() => nameof(B); }")]
    [InlineData("[Mark] class A { }")]
    [InlineData("class A<T> where T : B { }")]
    [InlineData("class A { class B { } void M() => global::B.Run(); }")]
    public void Circles_are_found_however_a_file_uses_another_folder(string first)
    {
        var circles = Circles(
            first,
            "static class Extensions { extension(int n) { public int Half => n / 2; } public static int Twice(this int n) => n; "
                + "public static int Twice(this A a) => 2; } class MarkAttribute : Attribute { } "
                + "class B { public static void Run() { } public void Go() { } public int this[int n] => n; "
                + "public static B operator +(B one, B other) => one; public class Inner { } object M() => typeof(A"
                + (first.Contains("A<T>", StringComparison.Ordinal) ? "<>" : "")
                + "); }"
        );

        Assert.StartsWith("A -> B: A/File.cs needs ", circles, StringComparison.Ordinal);
        Assert.EndsWith(" | B -> A: B/File.cs needs A", circles, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("class A { B b; }", "class B { }")]
    [InlineData("class A { /* B */ string s = \"B\"; int M() => x.B; }", "class B { A a; }")]
    [InlineData("class A { string B { get; } int M() => B.Length; }", "class B { A a; }")]
    [InlineData("class A { class B { } B b; }", "class B { A a; }")]
    [InlineData("partial class B { void M() => Run(); void Run() { } } class A { }", "partial class B { A a; }")]
    public void One_way_and_a_name_of_the_own_folder_are_no_circle(string first, string second) =>
        Assert.Equal("", Circles(first, second));

    private static string Circles(string first, string second)
    {
        const string Outside = "static class Outside { public static B Find() => null; public static void Take(B b) { } }";
        var graph = new FolderGraph([
            ("A/File.cs", CSharpSyntaxTree.ParseText(first).GetRoot()),
            ("B/File.cs", CSharpSyntaxTree.ParseText(second).GetRoot()),
            ("Outside.cs", CSharpSyntaxTree.ParseText(Outside).GetRoot()),
        ]);
        return string.Join(" | ", graph.Circles);
    }

    private static FolderGraph Graph(string project) =>
        new(
            SourceFile
                .Product.Where(file => file.Path.StartsWith(project + "/", StringComparison.Ordinal))
                .Select(file => (Path: file.Path[(project.Length + 1)..], file.Root))
                .Concat(s_shared.Select(file => (Path.GetFileName(file.Path), file.Root))),
            Path.GetFileName(project)
        );
}
