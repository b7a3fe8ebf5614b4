using System.Text.RegularExpressions;

namespace Repository.Tests.Conventions;

/// <summary>
/// What AWS documents of Secrets Manager is numbered (44 to 65 of the project's list of protocol facts); each has a test that
/// names it.
/// </summary>
public partial class ProtocolFactTests
{
    [Fact]
    public void Every_fact_about_Secrets_Manager_is_named_by_a_test()
    {
        var named = RepositoryFiles
            .Find("tests", "*Tests.cs")
            .SelectMany(path => Fact().Matches(RepositoryFiles.Read(path)))
            .Select(match => int.Parse(match.Groups[1].Value, null))
            .ToHashSet();
        Violations.AssertNone(
            Enumerable.Range(44, 22).Except(named).Select(fact => $"PROTOCOLS {fact}"),
            "Pin it by a test, with the number in a comment above."
        );
    }

    [GeneratedRegex("PROTOCOLS ([0-9]+)")]
    private static partial Regex Fact();
}
