using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Repository.Tests;

/// <summary>One C# file of the product: <c>src/</c> and <c>trading/</c>.</summary>
internal sealed record SourceFile(string Path, SyntaxNode Root)
{
    private static readonly Lazy<IReadOnlyList<SourceFile>> s_product = new(() =>
        [.. new[] { "src", "trading" }.SelectMany(folder => RepositoryFiles.Find(folder, "*.cs")).Select(Parse)]
    );

    internal static IReadOnlyList<SourceFile> Product => s_product.Value;

    /// <summary>The folder under <c>src/</c> or <c>trading/</c>, which is the assembly's name.</summary>
    internal string Project => Path.Split('/')[1];

    internal IEnumerable<BaseTypeDeclarationSyntax> Types => Root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>();

    internal string Place(SyntaxNode node) => $"{Path}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";

    internal static SourceFile Parse(string path) => new(path, CSharpSyntaxTree.ParseText(RepositoryFiles.Read(path)).GetRoot());
}
