using Microsoft.Extensions.Configuration;
using Strongroom.Settings;

namespace Strongroom;

/// <summary>
/// The settings of a manager, read from environment variables or appsettings under the names in brackets and validated before
/// anything starts; every fault is reported at once.
/// </summary>
/// <remarks>
/// The layers around a backend, outermost first: declaration check, audit of what leaves, cache, audit of each fetch, resilience
/// (time budget, breaker, retry), backend.
/// </remarks>
public sealed class StrongroomOptions
{
    /// <summary>Reads and validates the settings, as in <paramref name="environment"/>.</summary>
    /// <exception cref="SecretConfigurationException">Settings are wrong; all faults are listed.</exception>
    public static StrongroomOptions Read(IConfiguration configuration, DeploymentEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var faults = new List<string>();
        var options = StrongroomSettings.Read(configuration, faults);
        StrongroomOptionsRules.Check(options, environment, faults);
        return faults.Count == 0 ? options : throw new SecretConfigurationException(SecretErrorCode.SettingInvalid, faults);
    }

    /// <summary>Whether a variable is one of the settings below; none of them is a secret.</summary>
    public static bool IsSetting(string variable) => StrongroomSettings.Names.Contains(variable);

    /// <summary>
    /// [SECRET_BACKEND] <c>env</c>, <c>vault</c> or <c>aws</c>. Unset: <c>env</c> where local or test, else an error.
    /// </summary>
    public string? Backend { get; set; }

    /// <summary>[DEPLOYMENT_ENV] <c>local</c>, <c>test</c>, <c>staging</c> or <c>production</c>. Unset: from the host's
    /// environment name, and without that <c>production</c>.</summary>
    public string? DeploymentEnv { get; set; }

    /// <summary>[SECRET_NAMESPACE] Put before every name; ends with <c>/</c>, such as <c>prod/</c>. Default: empty.</summary>
    public string Namespace { get; set; } = "";

    /// <summary>[SECRET_DECLARATION] The declaration's path. Default: <c>secrets.json</c> beside the program.</summary>
    public string? DeclarationPath { get; set; }

    /// <summary>[SECRET_CACHE_TTL] How long a value is served after it was last validated. Default and longest: 1 hour.</summary>
    public TimeSpan CacheTtl { get; set; } = TimeSpan.FromHours(1);

    /// <summary>[SECRET_CACHE_REFRESH] How often values are validated in the background. Default 5 minutes; at most a sixth of
    /// <see cref="CacheTtl"/>, or an outage would find too little of the hour left.</summary>
    public TimeSpan CacheRefresh { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// [SECRET_STARTUP_WAIT] How long transient causes are retried at start. Default: 0 where local or test, 10 minutes
    /// elsewhere.
    /// </summary>
    public TimeSpan? StartupWait { get; set; }

    /// <summary>
    /// [SECRET_DENIED_GRACE] How long a value is kept after the backend denied or deleted it. Default 10 minutes.
    /// </summary>
    public TimeSpan DeniedGrace { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// [SECRET_DOTENV_PATH] The <c>.env</c> file of the env backend. Default: <c>.env</c> in the working folder, if there is one.
    /// </summary>
    public string? DotenvPath { get; set; }

    /// <summary>
    /// [SECRET_BREAK_GLASS_FILE] A file owned by root that opens the guardrail for at most 4 hours. Default: none.
    /// </summary>
    public string? BreakGlassFile { get; set; }

    /// <summary>[STRONGROOM_JOURNAL_DIR] Where the journal lies; a folder of the service's own user. Default:
    /// <c>$XDG_STATE_HOME/strongroom/journal</c>.</summary>
    public string? JournalDirectory { get; set; }

    /// <summary>
    /// [STRONGROOM_INSTANCE] Tells instances of one service apart. Default: the service's id and the machine's name.
    /// </summary>
    public string? Instance { get; set; }

    /// <summary>[STRONGROOM_OPERATOR] Who acts. Default: SUDO_USER, else the user.</summary>
    public string? Operator { get; set; }

    /// <summary>[STRONGROOM_AUDIT] <c>required</c>: no record, no value. <c>best-effort</c>, which only local and test allow: a
    /// value leaves unrecorded when the journal cannot take the record. Default: required.</summary>
    public bool AuditRequired { get; set; } = true;

    /// <summary>
    /// [SECRET_CONFIGURATION_PROVIDER] Lets the configuration provider show declared secrets in production too. Default: off.
    /// </summary>
    public bool ConfigurationProviderInProduction { get; set; }
}
