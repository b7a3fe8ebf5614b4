using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Repository.Tests.Documents;

public partial class ArchitecturePageTests
{
    private const string Page = "docs/architecture.md";

    [Fact]
    public void Page_is_read_in_ten_minutes() => Assert.InRange(RepositoryFiles.Read(Page).TrimEnd().Split('\n').Length, 1, 150);

    [Theory]
    [InlineData("## A cached read", 6, "src/Strongroom/SecretManager.cs", "src/Strongroom/Journaling/HitCounter.cs")]
    [InlineData("## A miss", 12, "src/Strongroom/SecretManager.cs", "src/Strongroom.Vault/Transport/VaultClient.cs")]
    public void Walk_is_short_and_its_files_exist(string heading, int most, string first, string last)
    {
        var files = MarkdownPage.Of(Page).NumberedLinks(heading);

        Assert.InRange(files.Count, 2, most);
        Assert.Equal((first, last), (files[0], files[^1]));
        Assert.Equal(files, files.Distinct());
        Violations.AssertNone(files.Where(file => !File.Exists(RepositoryFiles.PathTo(file))), "The walk leads through these.");
    }

    /// <summary>Each type of the walk is named where its caller is, so the order on the page is that of the calls.</summary>
    [Theory]
    [InlineData("SecretManager", "IBundleReader")]
    [InlineData("AuditLayer", "IBundleReader")]
    [InlineData("CacheLayer", "BundleFetcher")]
    [InlineData("BundleFetcher", "ISecretBackend")]
    [InlineData("AuditedBackend", "ISecretBackend")]
    [InlineData("FetchAuditLayer", "ISecretBackend")]
    [InlineData("ResilienceLayer", "PendingRead")]
    [InlineData("PendingRead", "ISecretBackend")]
    [InlineData("VaultBackend", "KvReader")]
    [InlineData("KvReader", "AuthorizedClient")]
    [InlineData("AuthorizedClient", "VaultClient")]
    [InlineData("VaultClient", "HttpMessageInvoker")]
    public void Walk_of_a_miss_is_the_way_of_the_calls(string type, string calls)
    {
        var file = Assert.Single(MarkdownPage.Of(Page).NumberedLinks("## A miss"), file =>
            file.EndsWith($"/{type}.cs", StringComparison.Ordinal)
        );
        Assert.Matches($@"\b{calls}\b", RepositoryFiles.Read(file));
    }

    [Fact]
    public void Project_table_names_the_references_of_each_project()
    {
        var rows = Row().Matches(RepositoryFiles.Read(Page));
        Assert.Equal(
            RepositoryFiles.Projects().Select(Path.GetDirectoryName).Where(IsListed).Order(StringComparer.Ordinal),
            rows.Select(row => row.Groups[1].Value).Order(StringComparer.Ordinal)
        );
        Violations.AssertNone(
            rows.Where(row => !ReferencesOf(row.Groups[1].Value).SetEquals(Named(row.Groups[2].Value)))
                .Select(row => $"{row.Groups[1].Value}: {string.Join(", ", ReferencesOf(row.Groups[1].Value))}"),
            "The table of docs/architecture.md says otherwise."
        );
    }

    /// <summary>The five services are one row.</summary>
    private static bool IsListed(string? folder) =>
        folder is not null
        && (
            folder.StartsWith("src/", StringComparison.Ordinal)
            || folder.StartsWith("trading/Trading.", StringComparison.Ordinal)
            || folder == "trading/PaperRun"
        );

    /// <summary>By their last name. What is only built with it is no reference.</summary>
    private static HashSet<string> ReferencesOf(string folder) =>
        [
            .. XDocument
                .Parse(RepositoryFiles.Read(RepositoryFiles.Find(folder, "*.csproj").Single()))
                .Descendants("ProjectReference")
                .Where(reference => (string?)reference.Attribute("ReferenceOutputAssembly") != "false")
                .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!))
                .Select(name => name.Split('.')[^1]),
        ];

    private static IEnumerable<string> Named(string cell) => cell == "no project" ? [] : cell.Split(", ");

    [GeneratedRegex(@"^\| \[`((?:src|trading)/[\w.]+)`\]\([^)]*\) \| ([^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
