using System.Text.RegularExpressions;

namespace Repository.Tests.Documents;

public partial class LogEventsTests
{
    [Fact]
    public void Every_log_event_that_a_page_names_exists()
    {
        var known = RepositoryFiles
            .Find("", "Log.cs")
            .SelectMany(file => Declared().Matches(RepositoryFiles.Read(file)).Select(match => match.Groups[1].Value))
            .ToHashSet(StringComparer.Ordinal);

        var named = RepositoryFiles
            .Find("", "*.md")
            .SelectMany(page => Named().Matches(RepositoryFiles.Read(page)).Select(match => (page, Id: match.Groups[1].Value)))
            .ToList();

        Assert.True(named.Count > 10);
        Violations.AssertNone(
            named.Where(found => !known.Contains(found.Id)).Select(found => $"{found.page}: {found.Id}"),
            "No assembly logs these; the pages tell operators to watch for them."
        );
    }

    [GeneratedRegex(@"(?:\b(?:log|event)|^\|) (\d{4})(?=[,; )`.])", RegexOptions.Multiline)]
    private static partial Regex Named();

    /// <summary>As an argument alone on its line, the first of several, or by name.</summary>
    [GeneratedRegex(@"(?:LoggerMessage\(|EventId = |^ *)(\d{4}),", RegexOptions.Multiline)]
    private static partial Regex Declared();
}
