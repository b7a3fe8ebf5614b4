using Strongroom.Backends;

namespace Strongroom.Cli.Doctor;

/// <summary>
/// What the service needs to be allowed beside reading, which each secret shows by itself. What an operator may do besides is no
/// fault here.
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
            return [Finding.Open(Check, "AWS could not be asked")];
        }
        var remedy = $"'strongroom policy {declaration.Service} --backend aws' prints the policy that the service needs.";
        List<Finding> findings =
        [
            .. from line in found.Missing
            from action in line.Capabilities
            where action != Read
            select line.Path == "*"
                ? Finding.Bad(Check, $"{action} is denied, so each secret costs a call of its own", remedy)
                : Finding.Bad(Check, $"{action} on '{line.Path}' is denied, or there is no such secret", remedy),
            .. found.Unchecked.Select(line =>
                Finding.Open(
                    Check,
                    $"'{line.Path}' is written by the service, and AWS cannot be asked whether that is allowed "
                        + $"({string.Join(", ", line.Capabilities)})"
                )
            ),
        ];
        return findings.Exists(finding => finding.IsFault)
            ? findings
            : [.. findings, Finding.Good(Check, "what can be asked without doing it is allowed")];
    }
}
