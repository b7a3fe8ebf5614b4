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

    /// <summary>Adds every fault of the options.</summary>
    internal static void Check(StrongroomOptions options, DeploymentEnvironment environment, ICollection<string> faults)
    {
        CheckTimes(options, faults);
        if (NamespaceProblem(options.Namespace) is { } problem)
            faults.Add($"SECRET_NAMESPACE {problem}; use segments that each end with '/', such as prod/ or team/test/.");
        if (!options.AuditRequired && environment is not (DeploymentEnvironment.Local or DeploymentEnvironment.Test))
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
        var longestRefresh = TimeSpan.FromTicks(Math.Min(options.CacheTtl.Ticks, LongestTtl.Ticks) / RefreshesInTtl);
        if (options.CacheRefresh <= TimeSpan.Zero)
            faults.Add(
                "SECRET_CACHE_REFRESH must be longer than 0; without refreshes an outage finds too little of the hour left."
            );
        else if (options.CacheTtl > TimeSpan.Zero && options.CacheRefresh > longestRefresh)
            faults.Add($"SECRET_CACHE_REFRESH must be at most a sixth of SECRET_CACHE_TTL, which is {longestRefresh:c} here.");
        if (options.DeniedGrace < TimeSpan.Zero || options.DeniedGrace > LongestTtl)
            faults.Add("SECRET_DENIED_GRACE must be 0 to 1h.");
        if (options.StartupWait is { } wait && (wait < TimeSpan.Zero || wait > LongestTtl))
            faults.Add("SECRET_STARTUP_WAIT must be 0 to 1h; let the supervisor restart the service after that.");
    }

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
