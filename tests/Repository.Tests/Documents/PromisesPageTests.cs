using System.Globalization;
using System.Text.RegularExpressions;

namespace Repository.Tests.Documents;

public partial class PromisesPageTests
{
    [Fact]
    public void Every_promise_that_is_cited_is_on_the_page()
    {
        var known = Numbered().Matches(RepositoryFiles.Read("docs/promises.md")).Select(match => Number(match)).ToArray();

        Assert.Equal(Enumerable.Range(1, 12), known);
        Violations.AssertNone(
            RepositoryFiles
                .Find("", "*.cs", "*.md", "*.sql")
                .SelectMany(file =>
                    Cited()
                        .Matches(RepositoryFiles.Read(file))
                        .Where(match => !known.Contains(Number(match)))
                        .Select(match => $"{file}: {match.Value}")
                ),
            "docs/promises.md has no such promise."
        );
    }

    [Fact]
    public void Every_relative_link_of_a_page_leads_to_a_file() =>
        Violations.AssertNone(
            RepositoryFiles
                .Find("", "*.md")
                .SelectMany(page =>
                    Link()
                        .Matches(RepositoryFiles.Read(page))
                        .Select(match => match.Groups[1].Value)
                        .Where(link =>
                            !link.Contains("://", StringComparison.Ordinal)
                            && !link.StartsWith("mailto:", StringComparison.Ordinal)
                        )
                        .Where(link => !Path.Exists(Path.Combine(RepositoryFiles.Root, Path.GetDirectoryName(page)!, link)))
                        .Select(link => $"{page}: {link}")
                ),
            "The link leads nowhere."
        );

    private static int Number(Match match) => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(\d+)\. \*\*", RegexOptions.Multiline)]
    private static partial Regex Numbered();

    [GeneratedRegex(@"\b[Pp]romise (\d+)\b")]
    private static partial Regex Cited();

    /// <summary>The part before an anchor, of a link that has one.</summary>
    [GeneratedRegex(@"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")]
    private static partial Regex Link();
}
