using Strongroom.Backends;

namespace Strongroom.Cli.Doctor;

/// <summary>
/// The permissions that a service needs besides reading, which the secrets' own checks cover. Further permissions of the
/// operator are no fault here.
/// </summary>
internal static class AwsPermissions
{
    private const string Check = "permission";
    private const string Read = "secretsmanager:GetSecretValue";

    internal static async Task<List<Finding>> FindAsync(AuditedBackend aws, SecretDeclaration declaration, CancellationToken ct)
    {
        PolicyReport found;
        try
        {
            found = (await aws.CheckPolicyAsync(declaration, [], ct))!;
        }
        catch (SecretException)
        {
            return [Finding.Undetermined(Check, "the permissions could not be checked with AWS")];
        }
        var remedy = $"'strongroom policy {declaration.Service} --backend aws' prints the policy that the service needs.";
        List<Finding> findings =
        [
            .. from line in found.Missing
            from action in line.Capabilities
            where action != Read
            select line.Path == "*"
                ? Finding.Failed(Check, $"{action} is denied, so each secret takes a separate call", remedy)
                : Finding.Failed(Check, $"{action} on '{line.Path}' is denied, or the secret does not exist", remedy),
            .. found.Unchecked.Select(line =>
                Finding.Undetermined(
                    Check,
                    $"the service writes '{line.Path}', and AWS offers no way to check whether that is allowed "
                        + $"({string.Join(", ", line.Capabilities)})"
                )
            ),
        ];
        return findings.Exists(finding => finding.IsFault)
            ? findings
            : [.. findings, Finding.Passed(Check, "every permission that can be checked without a change is granted")];
    }
}
