using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Strongroom.Detection;
using Strongroom.Env;
using Strongroom.Redaction;
using Strongroom.Settings;

namespace Strongroom.Deployment;

/// <summary>
/// Finds secrets that stand in plain configuration outside local: there they would be in reach of whoever reads a process's
/// environment or a file in the image, and outside of audit and rotation. It names keys and never what stands behind them.
/// </summary>
/// <remarks>Run it before the configuration provider is added, whose keys it would find.</remarks>
internal static partial class PlainSecretCheck
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
    internal static SecretConfigurationException? Find(
        IConfiguration configuration,
        SecretDeclaration? declaration,
        DeploymentEnvironment environment,
        string backend,
        string @namespace
    )
    {
        if (environment == DeploymentEnvironment.Local)
            return null;
        var declared = (declaration?.Secrets ?? []).ToLookup(
            secret => EnvVariable.NameOf(secret.Name, @namespace),
            StringComparer.OrdinalIgnoreCase
        );
        var faults = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in configuration.AsEnumerable())
        {
            if (string.IsNullOrWhiteSpace(value) || NamedCredential.IsPlaceholder(value))
                continue;
            var secret = declared[key.Replace(":", "__", StringComparison.Ordinal)].FirstOrDefault();
            if (secret is not null && backend == EnvBackend.BackendName)
                continue;
            var problem = secret is not null
                ? $"{key} is set, and the secret '{secret.Name}' comes from {backend}; remove it."
                : ProblemOf(key, value);
            if (problem is not null)
                faults[key] = problem;
        }
        return faults.Count == 0 ? null : new SecretConfigurationException(SecretErrorCode.PlainSecret, [.. faults.Values]);
    }

    private static string? ProblemOf(string key, string value)
    {
        if (
            StrongroomSettings.Names.Contains(key)
            || Array.Exists(s_harmless, one => key.StartsWith(one, StringComparison.OrdinalIgnoreCase))
        )
            return null;
        // A VAULT_ADDR with a password in it is no login, so the prefixes excuse a key's words and not its value.
        if (UrlWithPassword().IsMatch(value))
            return $"{key} is a URL with a password in it; take the password out, and declare it as a secret.";
        if (NamedPassword.IsIn(value))
            return $"{key} has a password among its parts; take it out, and declare it as a secret.";
        if (
            s_logins.Contains(key, StringComparer.OrdinalIgnoreCase)
            || key.StartsWith(AwsEndpoint, StringComparison.OrdinalIgnoreCase)
        )
            return null;
        if (CredentialFinder.NameOf(value) is { } shape)
            return $"{key} holds the shape of a {shape}; remove it, and declare it as a secret (strongroom set stores it).";
        return PlainKey.LooksSecret(key, value)
            ? $"{key} looks like a secret; remove it, and declare it as one (strongroom set stores it)."
            : null;
    }

    /// <summary>User, colon, something and @ behind ://, where a port and a path do not count as a password.</summary>
    [GeneratedRegex(@"://[^\s/?#@:]*:(?!\d{1,5}(?:[/?#]|$))[^\s@]+@")]
    private static partial Regex UrlWithPassword();
}
