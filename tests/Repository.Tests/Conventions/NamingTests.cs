using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Repository.Tests.Conventions;

public partial class NamingTests
{
    [Fact]
    public void No_type_or_file_is_named_for_what_it_is_not() =>
        Violations.AssertNone(
            SourceFile
                .Product.SelectMany(file =>
                    file.Types.Select(type => (Place: file.Place(type), Name: type.Identifier.Text))
                        .Append((Place: file.Path, Name: Path.GetFileNameWithoutExtension(file.Path)))
                )
                .Where(named => SaysNothing().IsMatch(named.Name))
                .Select(named => $"{named.Place}: {named.Name}"),
            "Helper, Util and Common say nothing: name it for what it does."
        );

    [Fact]
    public void Layers_are_internal_and_sealed()
    {
        var layers = SourceFile
            .Product.SelectMany(file =>
                file.Types.Where(type =>
                        type.IsKind(SyntaxKind.ClassDeclaration)
                        && type.Identifier.Text.EndsWith("Layer", StringComparison.Ordinal)
                    )
                    .Select(type => (Place: file.Place(type), type.Identifier.Text, type.Modifiers))
            )
            .ToList();
        Assert.NotEmpty(layers);
        Violations.AssertNone(
            layers
                .Where(layer => layer.Modifiers.Any(SyntaxKind.PublicKeyword) || !layer.Modifiers.Any(SyntaxKind.SealedKeyword))
                .Select(layer => $"{layer.Place}: {layer.Text}"),
            "A layer is internal sealed: users meet it through its options."
        );
    }

    [Theory]
    [InlineData("StringHelper", true)]
    [InlineData("HelperText", true)]
    [InlineData("Utils", true)]
    [InlineData("PathUtilities", true)]
    [InlineData("CommonRules", true)]
    [InlineData("Utilization", false)]
    [InlineData("Commons", true)]
    public void SaysNothing_matches_whole_words(string name, bool matches) => Assert.Equal(matches, SaysNothing().IsMatch(name));

    [GeneratedRegex("(Helpers?|Util(s|ity|ities)?|Commons?)(?![a-z])")]
    private static partial Regex SaysNothing();
}
