using Microsoft.Extensions.Configuration;
using Strongroom.Detection;

namespace Strongroom.Deployment;

/// <summary>
/// Finds secrets in plain configuration outside local, where anyone who can read a process's environment or a file in the image
/// can read them, and where audit and rotation do not reach. It names keys and never their values.
/// </summary>
/// <remarks>Run it before the configuration provider is added, whose keys it would report.</remarks>
internal static class PlainSecretCheck
{
    /// <summary>
    /// What logs in to a backend cannot come from that backend; AWS itself sets the last one. Other names with these prefixes are
    /// the application's own.
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

    /// <summary>The SDK's addresses, one for each AWS service by a suffix such as _SECRETS_MANAGER.</summary>
    private const string AwsEndpoint = "AWS_ENDPOINT_URL";

    /// <summary>Categories of the log, and the token that IIS hands to its child.</summary>
    private static readonly string[] s_harmless = ["Logging:", "ASPNETCORE_TOKEN", "AllowedHosts"];

    /// <summary>The error that names every such key, or null.</summary>
    /// <param name="configuration">The configuration to search.</param>
    /// <param name="declared">The declared secrets by the variable that each would have.</param>
    /// <param name="backend">Where declared secrets come from; null where it is their variables.</param>
    /// <param name="settings">The names of settings that never hold a secret, whatever their words say.</param>
    internal static SecretConfigurationException? Find(
        IConfiguration configuration,
        ILookup<string, DeclaredSecret> declared,
        string? backend,
        IReadOnlySet<string> settings
    )
    {
        var faults = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in configuration.AsEnumerable())
        {
            if (string.IsNullOrWhiteSpace(value) || NamedValue.IsPlaceholder(value))
                continue;
            if (declared[key.Replace(":", "__", StringComparison.Ordinal)].FirstOrDefault() is { } secret)
            {
                if (backend is not null)
                    faults[key] = $"{key} is set, and the secret '{secret.Name}' comes from {backend}; remove it.";
            }
            else if (!settings.Contains(key) && ProblemOf(key, value) is { } problem)
            {
                faults[key] = problem;
            }
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
            // A VAULT_ADDR with a password in it is not a login: the names excuse the whole value, and not a part of it.
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
