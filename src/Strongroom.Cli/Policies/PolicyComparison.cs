using Strongroom.Backends;
using Strongroom.Operations;

namespace Strongroom.Cli.Policies;

/// <summary>A path and the capabilities on it.</summary>
internal sealed record PermissionShape(string Path, IReadOnlyList<string> Capabilities);

/// <summary>
/// How the caller's permissions differ from a policy. <c>Caveat</c> is what the check leaves open, for the end of a sentence.
/// </summary>
internal sealed record PolicyComparison(
    IReadOnlyList<PermissionShape> Missing,
    IReadOnlyList<PermissionShape> Excessive,
    IReadOnlyList<PermissionShape> Unchecked,
    string Caveat
)
{
    /// <summary>Null where the backend cannot report permissions.</summary>
    internal static async Task<PolicyComparison?> RunAsync(
        AuditedBackend backend,
        SecretDeclaration declaration,
        IReadOnlyList<SecretDeclaration> others,
        CancellationToken ct
    )
    {
        if (await backend.CheckPolicyAsync(declaration, others, ct) is not { } report)
            return null;
        var isAws = backend.Name == BackendNames.Aws;
        return new(
            [.. report.Missing.Select(Of)],
            [.. report.Excessive.Select(Of)],
            [.. report.Unchecked.Select(Of), .. isAws ? [] : WithoutOthers(report, others)],
            isAws ? AwsCaveatOf(report) : CaveatOf(report, others)
        );
    }

    /// <summary>AWS reports nothing about other services' secrets.</summary>
    private static string AwsCaveatOf(PolicyReport report) =>
        report.Missing.Count > 0 ? " (AWS denies a missing secret in the same words)" : ", as far as AWS lets it be checked";

    /// <summary>
    /// A clean result names what was not checked: without other declarations, the secrets of other services are unknown.
    /// </summary>
    private static IEnumerable<PermissionShape> WithoutOthers(PolicyReport report, IReadOnlyList<SecretDeclaration> others) =>
        others.Count > 0 || report.Missing.Count + report.Excessive.Count > 0
            ? []
            : [new PermissionShape("secrets of other services: give their declarations too (--declaration PATH…)", ["read"])];

    private static string CaveatOf(PolicyReport report, IReadOnlyList<SecretDeclaration> others) =>
        (report.Unchecked.Count > 0 ? ", as far as reading shows it" : "")
        + (others.Count > 0 ? ", in the folders that these declarations name" : "");

    private static PermissionShape Of(PolicyPermission line) => new(line.Path, line.Capabilities);
}
