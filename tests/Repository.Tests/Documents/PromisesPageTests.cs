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
                    FindCited(RepositoryFiles.Read(file))
                        .Where(number => !known.Contains(number))
                        .Select(number => $"{file}: promise {number}")
                ),
            "docs/promises.md has no such promise."
        );
    }

    [Theory]
    [InlineData("Promise", " 13.", new[] { 13 })]
    [InlineData("promises", " 1, 2 and 14 hold; promised 3 times", new[] { 1, 2, 14 })]
    public void FindCited_gives_every_number(string word, string rest, int[] numbers) =>
        Assert.Equal(numbers, FindCited(word + rest));

    private static IEnumerable<int> FindCited(string text) =>
        from Match match in Cited().Matches(text)
        from Capture number in match.Groups["number"].Captures
        select int.Parse(number.Value, CultureInfo.InvariantCulture);

    private static int Number(Match match) => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(\d+)\. \*\*", RegexOptions.Multiline)]
    private static partial Regex Numbered();

    [GeneratedRegex(@"\b[Pp]romises? (?<number>\d+)(?:(?:, | and | to )(?<number>\d+))*\b")]
    private static partial Regex Cited();
}
