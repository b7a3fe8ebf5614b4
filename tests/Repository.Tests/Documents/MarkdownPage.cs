using System.Text.RegularExpressions;

namespace Repository.Tests.Documents;

/// <summary>A page of the repository: its lines outside fenced blocks, and what they refer to.</summary>
internal sealed partial class MarkdownPage
{
    private static readonly Lazy<string[]> s_files = new(() => [.. RepositoryFiles.Find("", "*")]);

    private readonly string _path;
    private readonly List<string> _prose = [];
    private readonly List<string> _code = [];

    internal MarkdownPage(string path, string text)
    {
        _path = path;
        var isCode = false;
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
                isCode = !isCode;
            else
                (isCode ? _code : _prose).Add(line);
        }
    }

    internal static IEnumerable<MarkdownPage> All() => RepositoryFiles.Find("", "*.md").Select(Of);

    internal static MarkdownPage Of(string path) => new(path, RepositoryFiles.Read(path));

    /// <summary>The anchors that GitHub gives the headings.</summary>
    internal IEnumerable<string> Anchors() =>
        _prose
            .Select(line => Heading().Match(line))
            .Where(match => match.Success)
            .Select(match => Slug(match.Groups[1].Value))
            .GroupBy(slug => slug, StringComparer.Ordinal)
            .SelectMany(same => same.Select((slug, i) => i == 0 ? slug : $"{slug}-{i}"));

    /// <summary>Relative links to a file, or to a heading of a page, that is not there.</summary>
    internal IEnumerable<string> BrokenLinks() =>
        from line in _prose
        from Match match in Link().Matches(line)
        let link = match.Groups[1].Value
        where !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith("mailto:", StringComparison.Ordinal)
        where !LeadsSomewhere(link)
        select $"{_path}: {link}";

    /// <summary>Paths and file names of code, in code quotes or in a block, that are not there.</summary>
    internal IEnumerable<string> BrokenPaths() =>
        _prose
            .SelectMany(line => Quoted().Matches(line).Select(match => match.Groups[1].Value))
            .Concat(_code)
            .SelectMany(code => RepositoryPath().Matches(code).Select(match => match.Value.TrimEnd('.')))
            .Where(path => !Exists(path))
            .Concat(
                _prose
                    .SelectMany(line => Quoted().Matches(line).Select(match => match.Groups[1].Value))
                    .Where(code => SourceName().IsMatch(code) && !IsSource(code))
            )
            .Distinct(StringComparer.Ordinal)
            .Select(path => $"{_path}: {path}");

    /// <summary>The link of each numbered item below a heading, by path from the root.</summary>
    internal IReadOnlyList<string> NumberedLinks(string heading) =>
        [
            .. _prose
                .SkipWhile(line => line != heading)
                .Skip(1)
                .TakeWhile(line => !Heading().IsMatch(line))
                .Where(line => Numbered().IsMatch(line))
                .Select(line => FromRoot(Link().Match(line).Groups[1].Value)),
        ];

    private string FromRoot(string link) =>
        Path.GetRelativePath(
            RepositoryFiles.Root,
            Path.GetFullPath(Path.Combine(RepositoryFiles.Root, Path.GetDirectoryName(_path)!, link))
        );

    private bool LeadsSomewhere(string link)
    {
        var (file, anchor) = link.Split('#', 2) is [var before, var after] ? (before, after) : (link, null);
        if (file.Length == 0)
            return Anchors().Contains(anchor, StringComparer.Ordinal);
        var target = FromRoot(file);
        if (!Path.Exists(RepositoryFiles.PathTo(target)))
            return false;
        return anchor is null
            || !target.EndsWith(".md", StringComparison.Ordinal)
            || Of(target).Anchors().Contains(anchor, StringComparer.Ordinal);
    }

    /// <summary>A star matches any name in a folder, and any end of one.</summary>
    private static bool Exists(string path) =>
        path.Contains('*', StringComparison.Ordinal)
            ? s_files.Value.Any(file =>
                Regex.IsMatch(file, $"^{Regex.Escape(path.TrimEnd('/')).Replace(@"\*", "[^/]*", StringComparison.Ordinal)}(/|$)")
            )
            : Path.Exists(RepositoryFiles.PathTo(path));

    private static bool IsSource(string name) =>
        s_files.Value.Any(file => file == name || file.EndsWith($"/{name}", StringComparison.Ordinal));

    private static string Slug(string heading) =>
        NotInSlug().Replace(LinkText().Replace(heading, "$1").ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"^#{1,6} +(.+?) *$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInSlug();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^\d+\. ")]
    private static partial Regex Numbered();

    [GeneratedRegex(@"^[A-Za-z0-9_./-]+\.cs$")]
    private static partial Regex SourceName();

    /// <summary>
    /// From the repository's root. In <c>trading/</c>, which is a mount of Vault in some pages too, what begins like a project.
    /// </summary>
    [GeneratedRegex(@"(?<![\w./*$}-])(?:(?:src|tests|eng|bench|docs)/[\w.*/-]*|trading/[A-Z*][\w.*/-]*)")]
    private static partial Regex RepositoryPath();
}
