using System.Collections.Frozen;
using Microsoft.Extensions.Configuration;

namespace Strongroom.Settings;

/// <summary>Reads <see cref="StrongroomOptions"/> from the flat names stated on its properties.</summary>
internal static class StrongroomSettings
{
    /// <summary>Every setting of Strongroom itself. None of them is a secret.</summary>
    internal static FrozenSet<string> Names { get; } =
        FrozenSet.ToFrozenSet(
            [
                "SECRET_BACKEND",
                "DEPLOYMENT_ENV",
                "SECRET_NAMESPACE",
                "SECRET_DECLARATION",
                "SECRET_CACHE_TTL",
                "SECRET_CACHE_REFRESH",
                "SECRET_STARTUP_WAIT",
                "SECRET_DENIED_GRACE",
                "SECRET_DOTENV_PATH",
                "SECRET_BREAK_GLASS_FILE",
                "SECRET_CONFIGURATION_PROVIDER",
                "STRONGROOM_JOURNAL_DIR",
                "STRONGROOM_INSTANCE",
                "STRONGROOM_OPERATOR",
                "STRONGROOM_AUDIT",
            ],
            StringComparer.OrdinalIgnoreCase
        );

    /// <summary>Reads the settings. An invalid one keeps its default and adds a fault.</summary>
    internal static StrongroomOptions Read(IConfiguration configuration, ICollection<string> faults)
    {
        var read = new SettingReader(configuration, faults);
        var defaults = new StrongroomOptions();
        return new StrongroomOptions
        {
            Backend = read.Text("SECRET_BACKEND"),
            DeploymentEnv = read.Text("DEPLOYMENT_ENV"),
            Namespace = read.Text("SECRET_NAMESPACE") ?? defaults.Namespace,
            DeclarationPath = read.Text("SECRET_DECLARATION"),
            CacheTtl = read.Duration("SECRET_CACHE_TTL") ?? defaults.CacheTtl,
            CacheRefresh = read.Duration("SECRET_CACHE_REFRESH") ?? defaults.CacheRefresh,
            StartupWait = read.Duration("SECRET_STARTUP_WAIT"),
            DeniedGrace = read.Duration("SECRET_DENIED_GRACE") ?? defaults.DeniedGrace,
            DotenvPath = read.Text("SECRET_DOTENV_PATH"),
            BreakGlassFile = read.Text("SECRET_BREAK_GLASS_FILE"),
            JournalDirectory = read.Text("STRONGROOM_JOURNAL_DIR"),
            Instance = read.Text("STRONGROOM_INSTANCE"),
            Operator = read.Text("STRONGROOM_OPERATOR"),
            AuditRequired = read.OneOf("STRONGROOM_AUDIT", "required", "best-effort") is not "best-effort",
            ConfigurationProviderInProduction =
                read.OneOf("SECRET_CONFIGURATION_PROVIDER", "on", "off", "true", "false") is "on" or "true",
        };
    }
}
