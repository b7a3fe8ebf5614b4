using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Repository.Tests.Conventions;

/// <summary>
/// A column of the audit is named in <c>AuditColumns</c>, and nowhere else; the test kit's servers have texts of their own.
/// </summary>
public class AuditColumnTests
{
    private const string Columns = "src/Strongroom/Audit/AuditColumns.cs";

    /// <summary>Where each text could be a column's name. Elsewhere, only names that are no plain words are looked for.</summary>
    private static readonly string[] s_audit =
    [
        "src/Strongroom/Audit/",
        "src/Strongroom/Journaling/",
        "src/Strongroom.Storage/Audit/",
        "src/Strongroom.Cli/Commands/AuditRowsJson.cs",
    ];

    private static readonly IReadOnlyList<string> s_names =
    [
        .. Texts(SourceFile.Product.Single(file => file.Path == Columns))
            .Select(text => text.Text)
            .Where(text => !text.Any(char.IsUpper) && text is not "" and not "count"),
    ];

    [Fact]
    public void Each_column_is_named_once()
    {
        Assert.Contains("request_id", s_names);
        Violations.AssertNone(
            s_names.GroupBy(name => name).Where(same => same.Count() > 1).Select(same => same.Key),
            "Make it one constant."
        );
        Violations.AssertNone(
            from file in SourceFile.Product
            where
                file.Path.StartsWith("src/", StringComparison.Ordinal)
                && file.Project != "Strongroom.Testing"
                && file.Path != Columns
            let isAudit = s_audit.Any(start => file.Path.StartsWith(start, StringComparison.Ordinal))
            from text in Texts(file)
            from name in s_names
            where (isAudit || name.Contains('_', StringComparison.Ordinal)) && IsNamed(text.Text, name, isAudit)
            select $"{file.Place(text.Node)}: {name}",
            "Refer to the column by its name in AuditColumns, or visit the row."
        );
    }

    /// <summary>In SQL a column is any word, elsewhere a whole text.</summary>
    private static bool IsNamed(string text, string name, bool isAudit) =>
        text == name || (isAudit && Regex.IsMatch(text, "[A-Z]{4,} ") && Regex.IsMatch(text, $@"(?<![\w@])@?{name}\b"));

    private static IEnumerable<(string Text, SyntaxNode Node)> Texts(SourceFile file) =>
        file
            .Root.DescendantNodes()
            .Where(node => node.IsKind(SyntaxKind.StringLiteralExpression) || node is InterpolatedStringTextSyntax)
            .Select(node =>
                (
                    node is LiteralExpressionSyntax literal
                        ? literal.Token.ValueText
                        : ((InterpolatedStringTextSyntax)node).TextToken.ValueText,
                    node
                )
            );
}
