using System.Collections.Frozen;

namespace Strongroom.Cli.Migration;

/// <summary>
/// The variables that Strongroom itself reads to reach the backend that the file goes to. A login of another backend is an
/// application's own and a secret like any other: AWS keys in a file that goes to Vault.
/// </summary>
internal static class LoginVariables
{
    private static readonly FrozenSet<string> s_vaultLogins = FrozenSet.ToFrozenSet([
        "VAULT_TOKEN",
        "VAULT_SECRET_ID",
        "VAULT_WRAPPED_SECRET_ID",
        "BAO_TOKEN",
        "BAO_SECRET_ID",
    ]);
    private static readonly FrozenSet<string> s_awsLogins = FrozenSet.ToFrozenSet([
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
    ]);

    /// <summary>What logs in to that backend, and so cannot come from there.</summary>
    internal static bool IsLogin(string variable, string backend) =>
        backend switch
        {
            "vault" => s_vaultLogins.Contains(variable),
            "aws" => s_awsLogins.Contains(variable),
            _ => s_vaultLogins.Contains(variable) || s_awsLogins.Contains(variable),
        };

    /// <summary>A setting of Strongroom's own, which is no secret.</summary>
    internal static bool IsSetting(string variable) => StrongroomOptions.IsSetting(variable);
}
