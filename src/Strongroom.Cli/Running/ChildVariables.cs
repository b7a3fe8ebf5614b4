using Strongroom.Cli.Session;

namespace Strongroom.Cli.Running;

/// <summary>
/// What of our own variables a child keeps: all but what Strongroom logs in with, and declared secrets that were not asked for.
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
