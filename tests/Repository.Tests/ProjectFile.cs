using System.Text.Json;
using System.Xml.Linq;

namespace Repository.Tests;

/// <summary>A project as it is in the repository: what its file asks for, and what restore resolved that to.</summary>
internal sealed class ProjectFile
{
    internal const string AnalyzerOfSdk = "Microsoft.NET.ILLink.Tasks";

    internal const string CompilerOfSdk = "Microsoft.DotNet.ILCompiler";

    // Analyzers and the compiler, asked for by Directory.Build.props, IsAotCompatible and PublishAot: they reach no output.
    private static readonly string[] s_buildOnly =
    [
        "Microsoft.CodeAnalysis.BannedApiAnalyzers",
        AnalyzerOfSdk,
        CompilerOfSdk,
        $"runtime.linux-x64.{CompilerOfSdk}",
    ];

    private readonly string _path;
    private readonly XDocument _xml;

    internal ProjectFile(string path)
    {
        _path = path;
        _xml = XDocument.Parse(RepositoryFiles.Read(path));
    }

    internal string Name => Path.GetFileNameWithoutExtension(_path);

    internal string LockFilePath => Path.Combine(Path.GetDirectoryName(_path)!, "packages.lock.json");

    internal bool IsAot => _xml.Descendants("PublishAot").Any(element => element.Value == "true");

    internal bool HasSharedFramework =>
        (string?)_xml.Root!.Attribute("Sdk") == "Microsoft.NET.Sdk.Web" || Included("FrameworkReference").Any();

    internal IEnumerable<string> Packages => Included("PackageReference");

    /// <summary>Projects that are only built beside this one are no dependency.</summary>
    internal IEnumerable<string> Projects =>
        _xml.Descendants("ProjectReference")
            .Where(reference => (string?)reference.Attribute("ReferenceOutputAssembly") != "false")
            .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!));

    internal static IReadOnlyList<ProjectFile> Product { get; } =
    [
        .. RepositoryFiles
            .Projects()
            .Where(path =>
                path.StartsWith("src/", StringComparison.Ordinal) || path.StartsWith("trading/", StringComparison.Ordinal)
            )
            .Select(path => new ProjectFile(path)),
    ];

    internal static ProjectFile Named(string name) => Product.Single(project => project.Name == name);

    /// <summary>
    /// Everything that the lock file resolved, with what each of them depends on. Names of projects are in lower case there.
    /// </summary>
    internal Dictionary<string, string[]> Resolved()
    {
        var resolved = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase);
        using var lockFile = JsonDocument.Parse(RepositoryFiles.Read(LockFilePath));
        foreach (
            var entry in lockFile
                .RootElement.GetProperty("dependencies")
                .EnumerateObject()
                .SelectMany(framework => framework.Value.EnumerateObject())
        )
        {
            if (s_buildOnly.Contains(entry.Name))
                continue;
            var brings = entry.Value.TryGetProperty("dependencies", out var dependencies)
                ? dependencies.EnumerateObject().Select(one => one.Name)
                : [];
            resolved[entry.Name] = resolved.TryGetValue(entry.Name, out var known) ? [.. known.Union(brings)] : [.. brings];
        }
        return resolved;
    }

    private IEnumerable<string> Included(string item) =>
        _xml.Descendants(item).Select(element => (string?)element.Attribute("Include")).OfType<string>();
}
