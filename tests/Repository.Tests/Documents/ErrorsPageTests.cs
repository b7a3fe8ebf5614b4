using System.Text.RegularExpressions;
using Strongroom;

namespace Repository.Tests.Documents;

public partial class ErrorsPageTests
{
    [Fact]
    public void Headings_are_the_error_codes_and_nothing_else() =>
        Assert.Equal(
            Enum.GetNames<SecretErrorCode>().Order(StringComparer.Ordinal),
            Heading()
                .Matches(RepositoryFiles.Read("docs/errors.md"))
                .Select(match => match.Groups[1].Value)
                .Order(StringComparer.Ordinal)
        );

    [Fact]
    public void Every_code_says_what_to_do()
    {
        var sections = Regex
            .Split(RepositoryFiles.Read("docs/errors.md"), "^(?=##)", RegexOptions.Multiline)
            .Where(section => section.StartsWith("### ", StringComparison.Ordinal));
        Violations.AssertNone(
            sections.Where(section => section.Split('\n', 2)[1].Trim().Length < 40).Select(section => section.Trim()),
            "An entry of docs/errors.md says what it means and what to do."
        );
    }

    /// <summary>One word in the third level, in code quotes or without.</summary>
    [GeneratedRegex(@"^### +`?([A-Za-z]+)`? *$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
