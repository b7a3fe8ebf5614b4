using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Repository.Tests.Walls;

/// <summary>The layers are composed in one place each, for services and operators alike.</summary>
public class CompositionTests
{
    [Theory]
    [InlineData("ResilienceLayer", "src/Strongroom/AuditedBackendBuilder.cs")]
    [InlineData("FetchAuditLayer", "src/Strongroom/AuditedBackendBuilder.cs")]
    [InlineData("AuditedBackend", "src/Strongroom/AuditedBackendBuilder.cs")]
    [InlineData("CacheLayer", "src/Strongroom/SecretManagerBuilder.cs")]
    [InlineData("AuditLayer", "src/Strongroom/SecretManagerBuilder.cs")]
    [InlineData("CredentialBreaker", "src/Strongroom/SecretManagerBuilder.cs")]
    [InlineData("SecretManager", "src/Strongroom/SecretManagerBuilder.cs")]
    [InlineData("ProcessIdentity", "src/Strongroom/ProcessIdentity.cs")]
    [InlineData("InstanceRow", "src/Strongroom/ProcessIdentity.cs", "src/Strongroom/Audit/AuditColumns.cs")]
    public void A_layer_and_the_identity_it_records_are_created_in_one_place(string type, params string[] places) =>
        Assert.Equal(
            places.Order(StringComparer.Ordinal),
            SourceFile
                .Product.Where(file => file.Root.DescendantNodes().Any(node => Creates(node, type)))
                .Select(file => file.Path)
                .Order(StringComparer.Ordinal)
        );

    /// <summary>Also where the type is only named by the method or field that <c>new(…)</c> is for.</summary>
    private static bool Creates(Microsoft.CodeAnalysis.SyntaxNode node, string type) =>
        node switch
        {
            ObjectCreationExpressionSyntax made => made.Type.ToString() == type,
            ImplicitObjectCreationExpressionSyntax
            {
                Parent: ArrowExpressionClauseSyntax { Parent: MethodDeclarationSyntax method }
            } => method.ReturnType.ToString() == type,
            _ => false,
        };
}
