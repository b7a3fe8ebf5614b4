using Strongroom.Aws;
using Strongroom.Backends;
using Strongroom.Vault.Policies;

namespace Strongroom.Cli.Policies;

/// <summary>One place and what may be done there.</summary>
internal sealed record LineShape(string Path, IReadOnlyList<string> Capabilities);

/// <summary>
/// What a backend says about the permissions of whoever asks. <c>Caveat</c> is what that leaves open, for the end of a sentence.
/// </summary>
internal sealed record PolicyAnswers(
    IReadOnlyList<LineShape> Missing,
    IReadOnlyList<LineShape> TooMuch,
    IReadOnlyList<LineShape> NotAsked,
    string Caveat
)
{
    /// <summary>Null where the backend cannot be asked.</summary>
    internal static async Task<PolicyAnswers?> AskAsync(
        ISecretBackend? backend,
        SecretDeclaration declaration,
        IReadOnlyList<SecretDeclaration> others,
        CancellationToken ct
    )
    {
        switch (backend)
        {
            case IVaultPolicyCheck vault:
                var report = await vault.CheckPolicyAsync(declaration, others, ct);
                return new(
                    [.. report.Missing.Select(Of)],
                    [.. report.TooMuch.Select(Of)],
                    [.. report.NotAsked.Select(Of), .. Unasked(report, others)],
                    CaveatOf(report, others)
                );
            case AwsBackend aws:
                var found = await aws.Policies.AskAsync(declaration, ct);
                return new(
                    [.. found.Missing.Select(Of)],
                    [.. found.TooMuch.Select(Of)],
                    [.. found.NotAsked.Select(Of)],
                    found.Missing.Count > 0 ? " (AWS denies what is not there in the same words)" : ", as far as AWS can be asked"
                );
            default:
                return null;
        }
    }

    /// <summary>
    /// Where nothing was found, what was not looked for is said too: without their declarations nobody knows what others have.
    /// </summary>
    private static IEnumerable<LineShape> Unasked(PolicyReport report, IReadOnlyList<SecretDeclaration> others) =>
        others.Count > 0 || report.Missing.Count + report.TooMuch.Count > 0
            ? []
            : [new LineShape("what other services declare: name their files too (--declaration PATH…)", ["read"])];

    private static string CaveatOf(PolicyReport report, IReadOnlyList<SecretDeclaration> others) =>
        (report.NotAsked.Count > 0 ? ", as far as reading shows it" : "")
        + (others.Count > 0 ? ", in the folders that these declarations name" : "");

    private static LineShape Of(PolicyLine line) => new(line.Path, line.Capabilities);

    private static LineShape Of(Aws.Policies.PolicyLine line) => new(line.Secret, line.Actions);
}
