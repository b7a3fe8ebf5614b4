using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Repository.Tests.Conventions;

/// <summary>A suppressed warning has its reason beside it.</summary>
public partial class SuppressionTests
{
    private const string WhatToDo = "Put a sentence beside it that says why the warning is wrong here.";

    [Fact]
    public void Pragmas_say_why() =>
        Violations.AssertNone(
            from line in Lines("*.cs")
            where DisablingPragma().IsMatch(line.Text) && !ExplainedPragma().IsMatch(line.Text)
            select $"{line.Place}: {line.Text.Trim()}",
            WhatToDo
        );

    [Fact]
    public void Attributes_say_why() =>
        Violations.AssertNone(
            from line in Lines("*.cs")
            where SuppressingAttribute().IsMatch(line.Text) && !line.Text.Contains("Justification = \"", StringComparison.Ordinal)
            select $"{line.Place}: {line.Text.Trim()}",
            WhatToDo
        );

    [Fact]
    public void Projects_say_why() =>
        Violations.AssertNone(
            from path in RepositoryFiles.Find("", "*.csproj", "*.props", "*.targets")
            from element in XDocument.Parse(RepositoryFiles.Read(path)).Descendants()
            where element.Name.LocalName is "NoWarn" or "WarningsNotAsErrors" or "NuGetAuditSuppress" && !IsExplained(element)
            select $"{path}: {element}",
            WhatToDo
        );

    [Fact]
    public void Editorconfig_says_why()
    {
        var explained = false;
        var bare = new List<string>();
        foreach (var line in RepositoryFiles.Read(".editorconfig").Split('\n').Select(line => line.Trim()))
        {
            // One sentence may be above several rules that follow each other.
            var silences = SilencingRule().IsMatch(line);
            if (silences && !explained)
                bare.Add(line);
            explained = line.StartsWith("# ", StringComparison.Ordinal) || (silences && explained);
        }
        Violations.AssertNone(bare, WhatToDo);
    }

    private static bool IsExplained(XElement element) =>
        element.NodesBeforeSelf().Reverse().FirstOrDefault(node => node is not XText) is XComment { Value.Length: > 10 };

    private static IEnumerable<(string Place, string Text)> Lines(string pattern) =>
        from path in RepositoryFiles.Find("", pattern)
        where !path.StartsWith("tests/Repository.Tests/", StringComparison.Ordinal)
        from line in RepositoryFiles.Read(path).Split('\n').Select((text, index) => ($"{path}:{index + 1}", text))
        select line;

    [GeneratedRegex(@"^\s*#(pragma warning disable|nullable disable)")]
    private static partial Regex DisablingPragma();

    [GeneratedRegex(@"disable\b[^/]*// \w+ .+")]
    private static partial Regex ExplainedPragma();

    [GeneratedRegex(@"\[.*\b(Unconditional)?SuppressMessage\(")]
    private static partial Regex SuppressingAttribute();

    [GeneratedRegex(@"^dotnet_(diagnostic|analyzer_diagnostic)\..*severity\s*=\s*(none|silent|suggestion)")]
    private static partial Regex SilencingRule();
}
