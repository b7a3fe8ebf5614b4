using Microsoft.Extensions.Configuration;
using Strongroom.Settings;

namespace Strongroom;

/// <summary>
/// The settings of a secret manager. They are read from environment variables or appsettings under the names in brackets and
/// validated before anything starts; all faults are reported together.
/// </summary>
/// <remarks>
/// The layers around a backend, outermost first: declaration check, audit of what is returned, cache, audit of each fetch,
/// resilience (total time limit, circuit breaker, retry, time limit per attempt), backend.
/// </remarks>
public sealed class StrongroomOptions
{
    /// <summary>Reads and validates the settings for <paramref name="environment"/>.</summary>
    /// <exception cref="SecretConfigurationException">Settings are invalid; all faults are listed.</exception>
    public static StrongroomOptions Read(IConfiguration configuration, DeploymentEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var faults = new List<string>();
        var options = StrongroomSettings.Read(configuration, faults);
        StrongroomOptionsRules.Check(options, environment, faults);
        return faults.Count == 0 ? options : throw new SecretConfigurationException(SecretErrorCode.SettingInvalid, faults);
    }

    /// <summary>Whether a variable is one of the settings below. None of them is a secret.</summary>
    public static bool IsSetting(string variable) => StrongroomSettings.Names.Contains(variable);

    /// <summary>
    /// [SECRET_BACKEND] <c>env</c>, <c>vault</c> or <c>aws</c>. Default: <c>env</c> in local and test; required elsewhere.
    /// </summary>
    public string? Backend { get; set; }

    /// <summary>
    /// [DEPLOYMENT_ENV] <c>local</c>, <c>test</c>, <c>staging</c> or <c>production</c>. Default: derived from the host's
    /// environment name, otherwise <c>production</c>.
    /// </summary>
    public string? DeploymentEnv { get; set; }

    /// <summary>[SECRET_NAMESPACE] A prefix of every name, ending with <c>/</c>, such as <c>prod/</c>. Default: empty.</summary>
    public string Namespace { get; set; } = "";

    /// <summary>[SECRET_DECLARATION] The declaration's path. Default: <c>secrets.json</c> beside the program.</summary>
    public string? DeclarationPath { get; set; }

    /// <summary>
    /// [SECRET_CACHE_TTL] How long a value is served after it was last validated. Default and maximum: 1 hour.
    /// </summary>
    public TimeSpan CacheTtl { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// [SECRET_CACHE_REFRESH] How often values are validated in the background. Default 5 minutes. At most a sixth of <see
    /// cref="CacheTtl"/>, so that an outage always finds most of the time to live left.
    /// </summary>
    public TimeSpan CacheRefresh { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// [SECRET_STARTUP_WAIT] How long a start retries transient failures. Default: 0 in local and test, 10 minutes elsewhere.
    /// </summary>
    public TimeSpan? StartupWait { get; set; }

    /// <summary>
    /// [SECRET_DENIED_GRACE] How long a value is served after the backend denied access to it or reported it deleted. Default 10
    /// minutes.
    /// </summary>
    public TimeSpan DeniedGrace { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// [SECRET_DOTENV_PATH] The <c>.env</c> file of the env backend. Default: <c>.env</c> in the working directory, if present.
    /// </summary>
    public string? DotenvPath { get; set; }

    /// <summary>
    /// [SECRET_BREAK_GLASS_FILE] A file owned by root that allows the env backend outside local and test for at most 4 hours.
    /// Default: none.
    /// </summary>
    public string? BreakGlassFile { get; set; }

    /// <summary>
    /// [STRONGROOM_JOURNAL_DIR] The journal folder, owned by the service's own user. Default:
    /// <c>$XDG_STATE_HOME/strongroom/journal</c>.
    /// </summary>
    public string? JournalDirectory { get; set; }

    /// <summary>
    /// [STRONGROOM_INSTANCE] Distinguishes instances of one service. Default: the service id and the machine name.
    /// </summary>
    public string? Instance { get; set; }

    /// <summary>[STRONGROOM_OPERATOR] Who acts, for the audit. Default: SUDO_USER, else the user name.</summary>
    public string? Operator { get; set; }

    /// <summary>
    /// [STRONGROOM_AUDIT] <c>required</c>: a value is returned only if the access was recorded. <c>best-effort</c>, allowed in
    /// local and test only: a value is returned unrecorded if the journal is full. Default: required.
    /// </summary>
    public bool AuditRequired { get; set; } = true;

    /// <summary>[SECRET_CONFIGURATION_PROVIDER] Enables the configuration provider in production. Default: off.</summary>
    public bool ConfigurationProviderInProduction { get; set; }
}
