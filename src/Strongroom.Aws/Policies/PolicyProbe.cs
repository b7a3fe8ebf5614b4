using Strongroom.Aws.Secrets;
using Strongroom.Aws.Transport;
using Strongroom.Aws.Wire;
using Strongroom.Backends;

namespace Strongroom.Aws.Policies;

/// <summary>
/// Asks what the credentials may do without doing it. AWS looks at permissions first, so a read of a version that cannot be tells
/// whether reading is allowed and gives no value. What changes a secret has no such question, and the answer of IAM's own
/// simulation is usually denied to those whom it is about.
/// </summary>
internal sealed class PolicyProbe(AwsSender sender, string @namespace)
{
    private const string All = "*";
    private const string Prefix = "secretsmanager:";
    private const string Get = "GetSecretValue",
        Describe = "DescribeSecret",
        Batch = "BatchGetSecretValue",
        List = "ListSecrets";

    /// <summary>
    /// A version that no secret has: a token of ours is 64 digits, one of AWS's a UUID, and a UUID is never all zeros.
    /// </summary>
    private const string NoVersion = "00000000-0000-0000-0000-000000000000";

    /// <summary>A secret that is not declared: access to it means a wildcard.</summary>
    private const string Undeclared = "strongroom/undeclared";

    /// <exception cref="SecretException">AWS could not be asked.</exception>
    internal async ValueTask<PolicyReport> AskAsync(SecretDeclaration declaration, CancellationToken ct)
    {
        var findings = (
            Missing: new List<PolicyPermission>(),
            Excessive: new List<PolicyPermission>(),
            Unchecked: new List<PolicyPermission>()
        );
        foreach (var (path, access) in IamPolicy.Places(declaration, @namespace))
        {
            var needed = IamPolicy.OperationsOf(access);
            var allowed = await AllowedAsync(path, ct).ConfigureAwait(false);
            Add(findings.Missing, path, needed.Where(one => one is Get or Describe).Except(allowed));
            Add(findings.Excessive, path, allowed.Except(needed));
            Add(findings.Unchecked, path, needed.Where(one => one is not (Get or Describe)));
        }
        foreach (var path in new[] { Undeclared, @namespace + Undeclared }.Distinct(StringComparer.Ordinal))
            Add(findings.Excessive, path, await AllowedAsync(path, ct).ConfigureAwait(false));
        if (!await MayAsync(Batch, new BodyWriter().Texts("SecretIdList", [@namespace + Undeclared]), ct).ConfigureAwait(false))
            Add(findings.Missing, All, [Batch]);
        if (await MayAsync(List, new BodyWriter().Number("MaxResults", 1), ct).ConfigureAwait(false))
            Add(findings.Excessive, All, [List]);
        return new PolicyReport(findings.Missing, findings.Excessive) { Unchecked = findings.Unchecked };
    }

    private async ValueTask<List<string>> AllowedAsync(string path, CancellationToken ct)
    {
        var allowed = new List<string>();
        if (await MayAsync(Get, BodyWriter.For(path).Text("VersionId", NoVersion), ct).ConfigureAwait(false))
            allowed.Add(Get);
        if (await MayAsync(Describe, BodyWriter.For(path), ct).ConfigureAwait(false))
            allowed.Add(Describe);
        return allowed;
    }

    /// <summary>Any response other than a denial means that the action is allowed.</summary>
    private async ValueTask<bool> MayAsync(string operation, BodyWriter body, CancellationToken ct)
    {
        try
        {
            using var reply = await sender.SendAsync(new AwsCall(operation, body.End()), ct).ConfigureAwait(false);
            return true;
        }
        catch (AwsServiceException e)
        {
            return e.ErrorCode is not (SecretErrors.Denied or "AccessDenied" or "UnauthorizedOperation");
        }
    }

    private static void Add(List<PolicyPermission> lines, string path, IEnumerable<string> operations)
    {
        string[] actions = [.. operations.Select(operation => Prefix + operation)];
        if (actions.Length > 0)
            lines.Add(new PolicyPermission(path, actions));
    }
}
