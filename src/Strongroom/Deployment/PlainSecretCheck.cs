using Microsoft.Extensions.Configuration;
using Strongroom.Detection;

namespace Strongroom.Deployment;

/// <summary>
/// Finds secrets that stand in plain configuration outside local: there they would be in reach of whoever reads a process's
/// environment or a file in the image, and outside of audit and rotation. It names keys and never what stands behind them.
/// </summary>
/// <remarks>Run it before the configuration provider is added, whose keys it would find.</remarks>
internal static class PlainSecretCheck
{
    /// <summary>
    /// What a backend logs in with cannot come from that backend; the last is put there by AWS. Any other name with their prefix
    /// is an application's own.
    /// </summary>
    private static readonly string[] s_logins =
    [
        "VAULT_TOKEN",
        "VAULT_SECRET_ID",
        "VAULT_WRAPPED_SECRET_ID",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    ];

    /// <summary>The SDK's addresses, each with the name of an AWS service behind: SECRETS_MANAGER is one.</summary>
    private const string AwsEndpoint = "AWS_ENDPOINT_URL";

    /// <summary>Categories of the log, and the token that IIS hands to its child.</summary>
    private static readonly string[] s_harmless = ["Logging:", "ASPNETCORE_TOKEN", "AllowedHosts"];

    /// <summary>The error that names every such key, or null.</summary>
    /// <param name="configuration">What is looked through.</param>
    /// <param name="environment">Where this is; in local everything is allowed.</param>
    /// <param name="declared">The declared secrets by the variable that each would have.</param>
    /// <param name="backend">Where declared secrets come from; null where it is their variables.</param>
    /// <param name="settings">The names of settings that hold no secret whatever their words say.</param>
    internal static SecretConfigurationException? Find(
        IConfiguration configuration,
        DeploymentEnvironment environment,
        ILookup<string, SecretName> declared,
        string? backend,
        IReadOnlySet<string> settings
    )
    {
        if (environment == DeploymentEnvironment.Local)
            return null;
        var faults = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in configuration.AsEnumerable())
        {
            if (string.IsNullOrWhiteSpace(value) || NamedValue.IsPlaceholder(value))
                continue;
            var isDeclared = false;
            foreach (var name in declared[key.Replace(":", "__", StringComparison.Ordinal)].Take(1))
            {
                isDeclared = true;
                if (backend is not null)
                    faults[key] = $"{key} is set, and the secret '{name}' comes from {backend}; remove it.";
            }
            if (!isDeclared && !settings.Contains(key) && ProblemOf(key, value) is { } problem)
                faults[key] = problem;
        }
        return faults.Count == 0 ? null : new SecretConfigurationException(SecretErrorCode.PlainSecret, [.. faults.Values]);
    }

    private static string? ProblemOf(string key, string value)
    {
        if (Array.Exists(s_harmless, one => key.StartsWith(one, StringComparison.OrdinalIgnoreCase)))
            return null;
        return CredentialDetector.FindInSetting(key, value) switch
        {
            { Evidence: CredentialEvidence.UrlPassword } =>
                $"{key} is a URL with a password in it; take the password out, and declare it as a secret.",
            { Evidence: CredentialEvidence.NamedValue } =>
                $"{key} has a password among its parts; take it out, and declare it as a secret.",
            // A VAULT_ADDR with a password in it is no login: the names excuse the value as a whole, and not what it holds.
            _ when IsLogin(key) => null,
            { Evidence: CredentialEvidence.Pattern } found =>
                $"{key} holds the shape of a {found.Description}; remove it, and declare it as a secret (strongroom set "
                    + "stores it).",
            { } => $"{key} looks like a secret; remove it, and declare it as one (strongroom set stores it).",
            null => null,
        };
    }

    private static bool IsLogin(string key) =>
        s_logins.Contains(key, StringComparer.OrdinalIgnoreCase)
        || key.StartsWith(AwsEndpoint, StringComparison.OrdinalIgnoreCase);
}
