using Strongroom.Cli.Session;

namespace Strongroom.Cli.Running;

/// <summary>
/// The variables that a child inherits: all but Strongroom's login credentials and declared secrets that were not requested.
/// </summary>
internal static class ChildVariables
{
    private static readonly string[] s_credentials = ["VAULT_", "BAO_", "AWS_"];

    internal static IReadOnlyList<KeyValuePair<string, string>> Kept(
        CommandEnvironment environment,
        IReadOnlyList<ChildSecret> given,
        IEnumerable<string> declared,
        bool keepsCredentials
    )
    {
        var gone = given.Select(secret => secret.Variable).Concat(declared).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. environment.Variables.Where(variable =>
                !gone.Contains(variable.Key) && (keepsCredentials || !IsCredential(variable.Key))
            ),
        ];
    }

    private static bool IsCredential(string variable) =>
        s_credentials.Any(prefix => variable.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
