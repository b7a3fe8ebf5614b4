using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Repository.Tests.Walls;

/// <summary>
/// Which folders of a project need which, by the types and extension methods that their files name. A folder is a directory
/// below the
/// project's own with all that is in it; the files beside the project file are one more. A file of top-level statements is
/// left out: it
/// declares nothing, so nothing can need it.
/// </summary>
internal sealed class FolderGraph
{
    private const string Root = ".";

    private readonly Dictionary<string, HashSet<string>> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<(string Folder, string Type)>> _extensions = new(StringComparer.Ordinal);
    private readonly HashSet<string> _otherMethods = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string From, string To), SortedSet<string>> _edges = [];

    /// <param name="files">Paths from the project's folder, and the syntax of each.</param>
    internal FolderGraph(IEnumerable<(string Path, SyntaxNode Root)> files)
    {
        var all = files.Where(file => !file.Root.ChildNodes().OfType<GlobalStatementSyntax>().Any()).ToList();
        foreach (var (path, root) in all)
            Declare(FolderOf(path), root);
        foreach (var (path, root) in all)
            AddEdges(path, root);
    }

    /// <summary>The edges that lie on a circle, each with the files and types that make it.</summary>
    internal IEnumerable<string> Circles =>
        _edges
            .Where(edge => Reaches(edge.Key.To, edge.Key.From))
            .Select(edge => $"{edge.Key.From} -> {edge.Key.To}: {string.Join(", ", edge.Value)}");

    private static string FolderOf(string path) =>
        path.Contains('/', StringComparison.Ordinal) ? path[..path.IndexOf('/', StringComparison.Ordinal)] : Root;

    private void Declare(string folder, SyntaxNode root)
    {
        foreach (var member in root.DescendantNodes().OfType<MemberDeclarationSyntax>())
        {
            if (member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax && member.Parent is not TypeDeclarationSyntax)
                (_types.TryGetValue(NameOf(member), out var folders) ? folders : _types[NameOf(member)] = []).Add(folder);
            if (member is not MethodDeclarationSyntax method)
                continue;
            var name = method.Identifier.Text;
            if (IsExtension(method))
                (_extensions.TryGetValue(name, out var places) ? places : _extensions[name] = []).Add(
                    (folder, method.Ancestors().OfType<ClassDeclarationSyntax>().First().Identifier.Text)
                );
            else
                _otherMethods.Add(name);
        }
    }

    private static string NameOf(MemberDeclarationSyntax type) =>
        type is DelegateDeclarationSyntax named ? named.Identifier.Text : ((BaseTypeDeclarationSyntax)type).Identifier.Text;

    private static bool IsExtension(MethodDeclarationSyntax method) =>
        method.Parent is ExtensionBlockDeclarationSyntax
        || method.ParameterList.Parameters.FirstOrDefault()?.Modifiers.Any(SyntaxKind.ThisKeyword) == true;

    private void AddEdges(string path, SyntaxNode root)
    {
        var from = FolderOf(path);
        // A property, parameter or local may have a type's name.
        var own = root.DescendantTokens()
            .Where(token =>
                token.IsKind(SyntaxKind.IdentifierToken)
                && token.Parent
                    is VariableDeclaratorSyntax
                        or ParameterSyntax
                        or PropertyDeclarationSyntax
                        or SingleVariableDesignationSyntax
            )
            .Select(token => token.Text)
            .ToHashSet(StringComparer.Ordinal);
        var nested = root.DescendantNodes()
            .OfType<BaseTypeDeclarationSyntax>()
            .Where(type => type.Parent is TypeDeclarationSyntax)
            .Select(type => type.Identifier.Text)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var name in root.DescendantNodes().OfType<SimpleNameSyntax>())
        {
            var text = name.Identifier.Text;
            if (name.Parent is MemberAccessExpressionSyntax access && access.Name == name)
            {
                if (
                    access.Parent is InvocationExpressionSyntax
                    && !_otherMethods.Contains(text)
                    && _extensions.GetValueOrDefault(text) is { Count: 1 } places
                )
                    AddEdge(from, places.Single().Folder, $"{path} names {places.Single().Type}");
                continue;
            }
            if (nested.Contains(text) || !(NamesType(name) || (NamesStatic(name) && !own.Contains(text))))
                continue;
            if (Find(text, name) is { } folders && !folders.Contains(from))
            {
                foreach (var to in folders)
                    AddEdge(from, to, $"{path} names {text}");
            }
        }
    }

    private HashSet<string>? Find(string text, SimpleNameSyntax name) =>
        _types.GetValueOrDefault(text) ?? (name.Parent is AttributeSyntax ? _types.GetValueOrDefault(text + "Attribute") : null);

    private static bool NamesType(SimpleNameSyntax name) =>
        !name.Ancestors()
            .Any(node =>
                node is UsingDirectiveSyntax || (node is BaseNamespaceDeclarationSyntax space && space.Name.Contains(name))
            )
        && (
            SyntaxFacts.IsInTypeOnlyContext(name)
            || name.Parent is ConstantPatternSyntax or TypePatternSyntax
            || (name.Parent is QualifiedNameSyntax qualified && qualified.Right == name)
            || (name.Parent is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.IsExpression } test && test.Right == name)
        );

    private static bool NamesStatic(SimpleNameSyntax name) =>
        name.Parent is MemberAccessExpressionSyntax access && access.Expression == name;

    private void AddEdge(string from, string to, string why)
    {
        if (from != to)
            (
                _edges.TryGetValue((from, to), out var reasons)
                    ? reasons
                    : _edges[(from, to)] = new SortedSet<string>(StringComparer.Ordinal)
            ).Add(why);
    }

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
