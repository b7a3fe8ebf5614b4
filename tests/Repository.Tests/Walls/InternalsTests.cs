using System.Xml.Linq;

namespace Repository.Tests.Walls;

/// <summary>A product assembly shows its internals to its tests and benchmarks, never to another product.</summary>
public class InternalsTests
{
    [Fact]
    public void InternalsVisibleTo_of_a_product_names_tests_and_benchmarks_only()
    {
        var files = RepositoryFiles
            .Find("src", "*.csproj", "*.props", "*.targets")
            .Concat(RepositoryFiles.Find("trading", "*.csproj", "*.props", "*.targets"))
            .Append("Directory.Build.props");
        Violations.AssertNone(
            files.SelectMany(file =>
                FriendsOf(XDocument.Parse(RepositoryFiles.Read(file)))
                    .Where(friend => !IsTest(friend))
                    .Select(friend => $"{file}: {friend}")
            ),
            "Make what it needs part of the public contract, move it to where it is used, or share its source: "
                + "src/Shared/README.md."
        );
    }

    [Fact]
    public void InternalsVisibleTo_of_a_product_is_in_its_project_file() =>
        Violations.AssertNone(
            SourceFile
                .Product.Where(file => file.Root.ToString().Contains("InternalsVisibleTo", StringComparison.Ordinal))
                .Select(file => file.Path),
            "Name a test assembly in the project file, where the other test reads it."
        );

    [Fact]
    public void No_project_shows_its_internals_to_the_backend_of_a_third_party() =>
        Violations.AssertNone(
            RepositoryFiles
                .Projects()
                .Where(file => FriendsOf(XDocument.Parse(RepositoryFiles.Read(file))).Contains("Strongroom.ThirdParty.Tests")),
            "That it compiles without internals is what it proves."
        );

    [Theory]
    [InlineData("<Project><ItemGroup><InternalsVisibleTo Include=\"Strongroom.Tests\" /></ItemGroup></Project>", "")]
    [InlineData(
        "<Project><ItemGroup><InternalsVisibleTo Include=\"Strongroom.Vault\" /></ItemGroup></Project>",
        "Strongroom.Vault"
    )]
    [InlineData(
        "<Project><ItemGroup><InternalsVisibleTo Include=\"Strongroom.Tests;PaperRun\" /></ItemGroup></Project>",
        "PaperRun"
    )]
    [InlineData(
        "<Project><ItemGroup><AssemblyAttribute "
            + "Include=\"System.Runtime.CompilerServices.InternalsVisibleTo\"><_Parameter1>RiskManager</_Parameter1>"
            + "</AssemblyAttribute></ItemGroup></Project>",
        "RiskManager"
    )]
    [InlineData("<Project><ItemGroup><InternalsVisibleTo Include=\"Elsewhere\" /></ItemGroup></Project>", "Elsewhere")]
    public void FriendsOf_finds_each_way_to_name_one(string project, string notTests) =>
        Assert.Equal(notTests, string.Join(", ", FriendsOf(XDocument.Parse(project)).Where(friend => !IsTest(friend))));

    private static IEnumerable<string> FriendsOf(XDocument project) =>
        project
            .Descendants()
            .Where(element => element.Name.LocalName == "InternalsVisibleTo")
            .Select(element => (string?)element.Attribute("Include") ?? "")
            .Concat(
                project
                    .Descendants()
                    .Where(element =>
                        element.Name.LocalName == "AssemblyAttribute"
                        && ((string?)element.Attribute("Include"))?.Contains("InternalsVisibleTo", StringComparison.Ordinal)
                            == true
                    )
                    .Select(element => element.Elements().First().Value)
            )
            .SelectMany(names => names.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Select(name => name.Split(',')[0]);

    private static bool IsTest(string assembly) =>
        RepositoryFiles
            .Projects()
            .Any(path =>
                Path.GetFileNameWithoutExtension(path) == assembly
                && (path.StartsWith("tests/", StringComparison.Ordinal) || path.StartsWith("bench/", StringComparison.Ordinal))
            );
}
