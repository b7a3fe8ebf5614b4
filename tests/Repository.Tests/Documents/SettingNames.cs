using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Repository.Tests.Documents;

/// <summary>
/// Settings, found by how they are written: every text in upper snake case in <c>src/</c> and <c>trading/</c> is one, whatever
/// reads it, so that a new way of reading cannot hide one. What looks like one and is none is listed here with its reason.
/// </summary>
internal static partial class SettingNames
{
    private static readonly Dictionary<string, string> s_none = new(StringComparer.Ordinal)
    {
        ["ASPNETCORE_TOKEN"] = "set by IIS; PlainSecretCheck says that it is no secret of ours",
        ["SSL_CERT_DIR"] = "set by the command for OpenSSL in its own process; never read",
        ["SSL_CERT_FILE"] = "likewise",
        ["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "put there by AWS; PlainSecretCheck says that it is no secret of ours",
        ["BAO_TOKEN"] = "OpenBao's own login; migrate keeps it out of the backend and reads nothing from it",
        ["BAO_SECRET_ID"] = "likewise",
        ["DOTNET_ROOT"] = "passed on by the paper run to the services that it starts; the runtime reads it",
    };

    // Their lists are names that a .env file must not configure and a secret must not become, ours and others'.
    private static readonly string[] s_notConfigurable =
    [
        "src/Shared/EnvVariable.cs",
        "src/Strongroom.Cli/Running/ForbiddenVariables.cs",
    ];

    internal static IReadOnlySet<string> InCode()
    {
        var secrets = Secret()
            .Matches(RepositoryFiles.Read(".env.template"))
            .Select(match => match.Groups[1].Value)
            .ToHashSet(StringComparer.Ordinal);
        return SourceFile
            .Product.Where(file => !s_notConfigurable.Contains(file.Path))
            .SelectMany(file => file.Root.DescendantTokens().Where(token => token.IsKind(SyntaxKind.StringLiteralToken)))
            .Select(token => token.ValueText)
            .Where(text => UpperSnakeCase().IsMatch(text) && !s_none.ContainsKey(text) && !secrets.Contains(text))
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Properties state their setting as <c>[NAME]</c> at the head of their documentation.</summary>
    internal static IReadOnlySet<string> InPropertyDocumentation() =>
        SourceFile
            .Product.SelectMany(file => Stated().Matches(file.Root.ToFullString()).Select(match => match.Groups[1].Value))
            .ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex("^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$")]
    private static partial Regex UpperSnakeCase();

    [GeneratedRegex("^([A-Z][A-Z0-9_]*)=", RegexOptions.Multiline)]
    private static partial Regex Secret();

    [GeneratedRegex(@"<summary>\[([A-Z][A-Z0-9_]*)\]")]
    private static partial Regex Stated();
}
