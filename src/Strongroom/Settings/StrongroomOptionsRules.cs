using System.Buffers;

namespace Strongroom.Settings;

/// <summary>Validates options, whether they come from settings or from code.</summary>
internal static class StrongroomOptionsRules
{
    internal static readonly TimeSpan LongestTtl = TimeSpan.FromHours(1);

    private const int RefreshesInTtl = 6;
    private const int LongestNamespace = 128;
    private const int LongestIdentity = 128;

    private static readonly SearchValues<char> s_instance = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:@-"
    );

    /// <summary>Adds every fault of the options that does not follow from one found before.</summary>
    /// <param name="options">The options.</param>
    /// <param name="environment">Where this is; null if faults prevented a decision.</param>
    /// <param name="faults">The faults so far, such as those of settings that could not be read and have their defaults
    /// here.</param>
    internal static void Check(StrongroomOptions options, DeploymentEnvironment? environment, ICollection<string> faults)
    {
        CheckTimes(options, faults);
        if (NamespaceProblem(options.Namespace) is { } problem)
            faults.Add($"SECRET_NAMESPACE {problem}; use segments that each end with '/', such as team/ or team/orders/.");
        if (!options.AuditRequired && environment is DeploymentEnvironment.Staging or DeploymentEnvironment.Production)
            faults.Add("STRONGROOM_AUDIT may be best-effort in local and test only; set it to required.");
        if (
            options.Instance is { } instance
            && (instance.Length is 0 or > LongestIdentity || instance.AsSpan().ContainsAnyExcept(s_instance))
        )
            faults.Add($"STRONGROOM_INSTANCE must be 1 to {LongestIdentity} ASCII letters, digits and ._:@-.");
        if (options.Operator is { } who && (who.Length is 0 or > LongestIdentity || who.Any(char.IsControl)))
            faults.Add($"STRONGROOM_OPERATOR must be 1 to {LongestIdentity} characters on one line.");
    }

    private static void CheckTimes(StrongroomOptions options, ICollection<string> faults)
    {
        if (options.CacheTtl <= TimeSpan.Zero || options.CacheTtl > LongestTtl)
            faults.Add("SECRET_CACHE_TTL must be longer than 0 and at most 1h; a longer one would keep a revoked value in use.");
        if (options.CacheRefresh <= TimeSpan.Zero)
            faults.Add(
                "SECRET_CACHE_REFRESH must be longer than 0; without refreshes an outage finds too little of the hour left."
            );
        else if (
            options.CacheRefresh > options.CacheTtl / RefreshesInTtl
            && !IsFaulty("SECRET_CACHE_TTL", faults)
            && !IsFaulty("SECRET_CACHE_REFRESH", faults)
        )
            faults.Add(
                $"SECRET_CACHE_REFRESH is {SettingReader.Text(options.CacheRefresh)}, more than a sixth of SECRET_CACHE_TTL "
                    + $"({SettingReader.Text(options.CacheTtl)}), so an outage would find too little of it left; set it to at "
                    + $"most {SettingReader.Text(options.CacheTtl / RefreshesInTtl)}."
            );
        if (options.DeniedGrace < TimeSpan.Zero || options.DeniedGrace > LongestTtl)
            faults.Add("SECRET_DENIED_GRACE must be 0 to 1h.");
        if (options.StartupWait is { } wait && (wait < TimeSpan.Zero || wait > LongestTtl))
            faults.Add("SECRET_STARTUP_WAIT must be 0 to 1h; let the supervisor restart the service after that.");
    }

    /// <summary>Whether a setting has a fault; each fault begins with the setting's name.</summary>
    private static bool IsFaulty(string setting, ICollection<string> faults) =>
        faults.Any(fault => fault.StartsWith(setting + " ", StringComparison.Ordinal));

    private static string? NamespaceProblem(string? prefix)
    {
        if (string.IsNullOrEmpty(prefix))
            return null;
        if (!prefix.EndsWith('/'))
            return "does not end with '/'";
        if (prefix.Length > LongestNamespace)
            return $"is longer than {LongestNamespace} characters";
        return SecretName.TryParse(prefix[..^1], out var name, out _) && name.Field is null
            ? null
            : "has a segment that no secret name could have";
    }
}
