using System.Text.RegularExpressions;

namespace Repository.Tests.Building;

public partial class CommittedFilesTests
{
    [Theory]
    [InlineData("README.md", "Strongroom")]
    [InlineData("LICENSE", "Apache License")]
    [InlineData("CHANGELOG.md", "## ")]
    [InlineData("CONTRIBUTING.md", "make test")]
    [InlineData("SECURITY.md", "report")]
    public void File_that_people_look_for_is_there(string path, string says) =>
        Assert.Contains(says, RepositoryFiles.Read(path), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void Packages_carry_the_licence() =>
        Assert.Contains(
            "<PackageLicenseExpression>Apache-2.0</PackageLicenseExpression>",
            RepositoryFiles.Read("Directory.Build.props"),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(".env")]
    [InlineData("trading/ExecutionGateway/.env")]
    [InlineData(".env.local")]
    public void Secrets_file_is_ignored(string path) =>
        Assert.Equal(0, RepositoryFiles.Git("check-ignore", "--quiet", "--no-index", path).ExitCode);

    [Fact]
    public void Template_is_tracked_and_no_secrets_file_is() =>
        Assert.Equal(
            [".env.template"],
            Tracked().Where(path => Path.GetFileName(path).StartsWith(".env", StringComparison.Ordinal))
        );

    [Fact]
    public void No_tracked_file_holds_what_looks_like_a_credential() =>
        // Only the place is told: a test's output must not repeat what it found.
        Violations.AssertNone(
            from path in Tracked()
                .Where(path =>
                    File.Exists(RepositoryFiles.PathTo(path)) && !path.EndsWith("packages.lock.json", StringComparison.Ordinal)
                )
            from line in RepositoryFiles.Read(path).Split('\n').Select((text, index) => (text, Number: index + 1))
            where Credential().IsMatch(line.text)
            select $"{path}:{line.Number}",
            "Make it at run time; if it was real, change it at once: it is in the history."
        );

    private static string[] Tracked() =>
        RepositoryFiles.Git("ls-files", "-z").Output.Split('\0', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Alpaca's and AWS's key ids (a digit in them tells them from words), Vault's tokens, private keys.</summary>
    [GeneratedRegex(
        @"\b[PAC]K(?=[A-Z]*[0-9])[A-Z0-9]{16,}\b|\b(AKIA|ASIA)[A-Z2-7]{16}\b|\bhv[sb]\.[A-Za-z0-9_-]{20,}"
            + "|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    )]
    private static partial Regex Credential();
}
