using Strongroom.Backends;
using Strongroom.Operations;

namespace Strongroom.Cli.Policies;

/// <summary>One place and what may be done there.</summary>
internal sealed record LineShape(string Path, IReadOnlyList<string> Capabilities);

/// <summary>
/// What a backend says about the permissions of whoever asks. <c>Caveat</c> is what that leaves open, for the end of a sentence.
/// </summary>
internal sealed record PolicyAnswers(
    IReadOnlyList<LineShape> Missing,
    IReadOnlyList<LineShape> Excessive,
    IReadOnlyList<LineShape> Unchecked,
    string Caveat
)
{
    /// <summary>Null where the backend cannot be asked.</summary>
    internal static async Task<PolicyAnswers?> AskAsync(
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
            [.. report.Unchecked.Select(Of), .. isAws ? [] : Unasked(report, others)],
            isAws ? AwsCaveatOf(report) : CaveatOf(report, others)
        );
    }

    /// <summary>AWS says nothing of other services' secrets.</summary>
    private static string AwsCaveatOf(PolicyReport report) =>
        report.Missing.Count > 0 ? " (AWS denies what is not there in the same words)" : ", as far as AWS can be asked";

    /// <summary>
    /// Where nothing was found, what was not looked for is said too: without their declarations nobody knows what others have.
    /// </summary>
    private static IEnumerable<LineShape> Unasked(PolicyReport report, IReadOnlyList<SecretDeclaration> others) =>
        others.Count > 0 || report.Missing.Count + report.Excessive.Count > 0
            ? []
            : [new LineShape("what other services declare: name their files too (--declaration PATH…)", ["read"])];

    private static string CaveatOf(PolicyReport report, IReadOnlyList<SecretDeclaration> others) =>
        (report.Unchecked.Count > 0 ? ", as far as reading shows it" : "")
        + (others.Count > 0 ? ", in the folders that these declarations name" : "");

    private static LineShape Of(PolicyPermission line) => new(line.Path, line.Capabilities);
}
