using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Repository.Tests.Building;

public class BuildSettingsTests
{
    private static readonly XDocument s_everywhere = XDocument.Parse(RepositoryFiles.Read("Directory.Build.props"));

    [Fact]
    public void Sdk_is_pinned_to_one_feature_series()
    {
        using var global = JsonDocument.Parse(RepositoryFiles.Read("global.json"));
        var sdk = global.RootElement.GetProperty("sdk");
        Assert.StartsWith("10.0.", sdk.GetProperty("version").GetString(), StringComparison.Ordinal);
        Assert.True(
            sdk.GetProperty("rollForward").GetString() is "latestPatch" or "latestFeature" or "disable",
            "global.json lets a new major or minor SDK in."
        );
    }

    [Theory]
    [InlineData("TreatWarningsAsErrors", "true")]
    [InlineData("Nullable", "enable")]
    [InlineData("NuGetAudit", "true")]
    [InlineData("NuGetAuditMode", "all")]
    [InlineData("NuGetAuditLevel", "low")]
    public void Setting_of_every_project_is_as_decided(string name, string value)
    {
        var element = Assert.Single(s_everywhere.Descendants(name));
        Assert.Equal((value, null), (element.Value, (string?)element.Attribute("Condition")));
        Violations.AssertNone(
            from path in RepositoryFiles.Find("", "*.csproj", "*.props", "*.targets")
            where path != "Directory.Build.props"
            from other in XDocument.Parse(RepositoryFiles.Read(path)).Descendants(name)
            where other.Value != value
            select $"{path}: {other}",
            $"{name} is {value} in every project."
        );
    }

    [Fact]
    public void Known_vulnerabilities_are_not_silenced() =>
        Violations.AssertNone(
            from path in RepositoryFiles.Find("", "*.csproj", "*.props", "*.targets", ".editorconfig")
            where RepositoryFiles.Read(path).Contains("NU190", StringComparison.Ordinal)
            select path,
            "NuGet's audit warnings NU1901 to NU1904 are errors: take the fixed version."
        );

    [Fact]
    public void Every_project_has_a_lock_file_unless_it_is_compiled_ahead_of_time() =>
        Violations.AssertNone(
            from project in RepositoryFiles.Projects().Select(path => new ProjectFile(path))
            where !project.IsAot && !File.Exists(RepositoryFiles.PathTo(project.LockFilePath))
            select project.LockFilePath,
            "Restore once and commit the lock file."
        );

    // The SDK adds the package itself, in its own version; a lock file with that one would fit no other SDK.
    [Fact]
    public void Analyzer_that_the_sdk_brings_is_locked_in_our_version()
    {
        var ours = (string?)
            XDocument
                .Parse(RepositoryFiles.Read("src/Directory.Build.targets"))
                .Descendants("KnownILLinkPack")
                .Single()
                .Attribute("ILLinkPackVersion");
        Violations.AssertNone(
            from project in ProjectFile.Product
            let locked = Regex.Match(
                RepositoryFiles.Read(project.LockFilePath),
                $"\"{ProjectFile.AnalyzerOfSdk}\": {{[^}}]*\"resolved\": \"([^\"]+)\""
            )
            where locked.Success && locked.Groups[1].Value != ours
            select $"{project.LockFilePath}: {locked.Groups[1].Value}",
            $"src/Directory.Build.targets asks for {ours}: restore again, and commit the lock files."
        );
    }

    [Fact]
    public void Restore_is_locked_in_ci()
    {
        var locked = Assert.Single(s_everywhere.Descendants("RestoreLockedMode"));
        Assert.Equal(("true", "'$(CI)' == 'true'"), (locked.Value, (string?)locked.Attribute("Condition")));
        Assert.Contains("export CI=true", RepositoryFiles.Read(".ci/run"), StringComparison.Ordinal);
    }

    [Fact]
    public void Solution_holds_every_project() =>
        Assert.Equal(
            RepositoryFiles.Projects().Order(StringComparer.Ordinal),
            XDocument
                .Parse(RepositoryFiles.Read("Strongroom.slnx"))
                .Descendants("Project")
                .Select(project => (string)project.Attribute("Path")!)
                .Order(StringComparer.Ordinal)
        );
}
