using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Repository.Tests.Documents;

namespace Repository.Tests.Walls;

/// <summary>
/// Which folders of a project need which, by what the compiler finds behind each expression: types and members, also those that a
/// file uses without naming their type. A folder is a directory below the project's own with all that is in it. Other files are
/// compiled with them and belong to no folder.
/// </summary>
internal sealed class FolderGraph
{
    private readonly Dictionary<SyntaxTree, string> _folders = [];
    private readonly SortedDictionary<(string From, string To), SortedSet<string>> _edges = [];

    /// <param name="files">Paths from the project's folder, and the syntax of each.</param>
    /// <param name="assembly">The project's name, so that its built assembly is not referenced.</param>
    internal FolderGraph(IEnumerable<(string Path, SyntaxNode Root)> files, string assembly = "")
    {
        var all = files.ToList();
        foreach (var (path, root) in all.Where(file => file.Path.Contains('/', StringComparison.Ordinal)))
            _folders[root.SyntaxTree] = path[..path.IndexOf('/', StringComparison.Ordinal)];
        var compilation = SnippetCompiler.CompileProject(assembly, all.Select(file => file.Root.SyntaxTree));
        foreach (var (path, root) in all.Where(file => _folders.ContainsKey(file.Root.SyntaxTree)))
            AddEdges(path, root, compilation.GetSemanticModel(root.SyntaxTree));
    }

    /// <summary>The edges that lie on a circle, each with the files and types that make it.</summary>
    internal IEnumerable<string> Circles =>
        _edges
            .Where(edge => Reaches(edge.Key.To, edge.Key.From))
            .Select(edge => $"{edge.Key.From} -> {edge.Key.To}: {string.Join(", ", edge.Value)}");

    private void AddEdges(string path, SyntaxNode root, SemanticModel model)
    {
        var from = _folders[root.SyntaxTree];
        var nodes = root.DescendantNodes(node => node is not UsingDirectiveSyntax)
            .Where(node =>
                node
                    is SimpleNameSyntax
                        or ImplicitObjectCreationExpressionSyntax
                        or ElementAccessExpressionSyntax
                        or BinaryExpressionSyntax
                        or ConstructorInitializerSyntax
            );
        foreach (var symbol in nodes.SelectMany(node => SymbolsOf(model, node)).ToHashSet(SymbolEqualityComparer.Default))
        {
            var places = symbol!
                .DeclaringSyntaxReferences.Select(place => _folders.GetValueOrDefault(place.SyntaxTree))
                .ToHashSet();
            if (places.Contains(from))
                continue;
            foreach (var to in places.OfType<string>())
                AddEdge(from, to, $"{path} needs {symbol.ContainingType?.Name ?? symbol.Name}");
        }
    }

    private static IEnumerable<ISymbol> SymbolsOf(SemanticModel model, SyntaxNode node)
    {
        var info = model.GetSymbolInfo(node);
        return (info.Symbol is { } symbol ? [symbol] : info.CandidateSymbols)
            .Select(found =>
                found switch
                {
                    IMethodSymbol { ReducedFrom: { } extension } => extension,
                    // It may be declared nowhere.
                    IMethodSymbol { MethodKind: MethodKind.Constructor } => found.ContainingType,
                    _ => found,
                }
            )
            .Where(found => found is ITypeSymbol or { ContainingType: not null })
            .Select(found => found.OriginalDefinition);
    }

    private void AddEdge(string from, string to, string why) =>
        (
            _edges.TryGetValue((from, to), out var reasons)
                ? reasons
                : _edges[(from, to)] = new SortedSet<string>(StringComparer.Ordinal)
        ).Add(why);

    private bool Reaches(string from, string to)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { from };
        var waiting = new Queue<string>(seen);
        while (waiting.TryDequeue(out var folder))
        {
            if (folder == to)
                return true;
            foreach (var next in _edges.Keys.Where(edge => edge.From == folder).Select(edge => edge.To).Where(seen.Add))
                waiting.Enqueue(next);
        }
        return false;
    }
}
