using Strongroom.Vault.Kv;

namespace Strongroom.Vault.Policies;

/// <summary>
/// The paths that a check asks about: those of the declaration, those that other declarations name, and in each folder one that
/// no declaration can name, where only a wildcard leads.
/// </summary>
internal sealed class PolicyQuestions(KvPaths paths, int kvVersion, string @namespace)
{
    /// <summary>No secret name contains a tilde: access to it means a wildcard.</summary>
    private const string Undeclared = "strongroom~undeclared";

    private readonly string[] _areas = kvVersion == 1 ? [""] : ["data", "delete", "undelete", "destroy", "metadata"];
    private readonly Dictionary<string, IReadOnlyList<string>> _above = new(StringComparer.Ordinal);
    private readonly List<string> _harmless = [];

    internal IReadOnlyCollection<string> Paths => _above.Keys;

    /// <summary>Those at which nothing is, so that even reading there tells no secret; in the area that holds values.</summary>
    internal IReadOnlyList<string> Harmless => _harmless;

    /// <summary>The paths whose wildcard would cover this one too.</summary>
    internal IReadOnlyList<string> Above(string path) => _above[path];

    internal void Add(string path, string[]? under) => _above.TryAdd(path, under ?? []);

    internal void Add(SecretDeclaration declaration, IReadOnlyList<SecretDeclaration> others)
    {
        var own = PathsOf(declaration).ToHashSet(StringComparer.Ordinal);
        foreach (var path in own)
            AddAreas(path, under: []);
        AddWildcard(Undeclared, under: []);
        if (@namespace.Length > 0)
            AddWildcard(@namespace + Undeclared, under: [Undeclared]);
        var all = others.SelectMany(PathsOf).Union(own, StringComparer.Ordinal).ToList();
        foreach (var folder in all.SelectMany(FoldersOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            AddWildcard($"{folder}/{Undeclared}", under: AboveOf(folder));
        // A wildcard for a segment, as in data/+/password, leads to no undeclared name and to the same name in every folder.
        foreach (var name in all.Select(path => path[(path.LastIndexOf('/') + 1)..]).Distinct(StringComparer.Ordinal))
            AddWildcard($"{@namespace}{Undeclared}/{name}", under: [Undeclared, @namespace + Undeclared]);
        foreach (var path in all.Where(path => !own.Contains(path)))
            AddAreas(
                path,
                under: path.LastIndexOf('/') is > 0 and var cut
                    ? [.. AboveOf(path[..cut]), $"{path[..cut]}/{Undeclared}"]
                    : AboveOf("")
            );
        Add("sys/policies/acl/strongroom~undeclared", under: null);
    }

    private IEnumerable<string> PathsOf(SecretDeclaration declaration) =>
        declaration.Secrets.Select(secret => @namespace + secret.StoredName.Path);

    private static IEnumerable<string> FoldersOf(string path)
    {
        for (var cut = path.LastIndexOf('/'); cut > 0; cut = path.LastIndexOf('/', cut - 1))
            yield return path[..cut];
    }

    private string[] AboveOf(string folder) =>
        [Undeclared, @namespace + Undeclared, .. FoldersOf(folder).Select(above => $"{above}/{Undeclared}")];

    private void AddWildcard(string path, string[] under)
    {
        AddAreas(path, under);
        _harmless.Add(paths.Policy(_areas[0], path));
    }

    private void AddAreas(string path, string[] under)
    {
        foreach (var area in _areas)
            _above.TryAdd(
                paths.Policy(area, path),
                [.. under.Where(one => one != path).Select(one => paths.Policy(area, one)).Where(_above.ContainsKey)]
            );
    }
}
