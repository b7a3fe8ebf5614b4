using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Audit;
using Strongroom.Deployment;
using Strongroom.Env;
using Strongroom.Journaling;
using Strongroom.Settings;

namespace Strongroom.Hosting;

/// <summary>
/// The validated settings, the environment that the process runs in, and its backend: the same for a service and an operator's
/// program.
/// </summary>
public sealed class StartSettings
{
    private StartSettings(StrongroomOptions options, DeploymentDecision decision, string backendName)
    {
        Options = options;
        Decision = decision;
        BackendName = backendName;
    }

    /// <summary>The settings.</summary>
    public StrongroomOptions Options { get; }

    /// <summary>The environment that the process runs in.</summary>
    public DeploymentEnvironment Environment => Decision.Environment;

    /// <summary>The environment's name in <c>DEPLOYMENT_ENV</c>.</summary>
    public string EnvironmentName => Decision.Name;

    /// <summary>The setting or file that determined the environment.</summary>
    public string DecidedBy => Decision.DecidedBy;

    /// <summary>Whether the env backend is allowed without break-glass access.</summary>
    public bool IsLocalOrTest => Decision.IsLocalOrTest;

    /// <summary>The selected backend.</summary>
    public string BackendName { get; }

    internal DeploymentDecision Decision { get; }

    /// <summary>Reads and validates the settings, and determines environment and backend.</summary>
    /// <param name="configuration">Supplies the settings, including process variables.</param>
    /// <param name="hostEnvironmentName"><c>IHostEnvironment.EnvironmentName</c>; null without a host.</param>
    /// <param name="backends">The names of the registered backends.</param>
    /// <param name="configure">Changes settings after they are read and before they are validated.</param>
    /// <exception cref="SecretConfigurationException">Settings are missing or invalid; all faults are listed.</exception>
    public static StartSettings Read(
        IConfiguration configuration,
        string? hostEnvironmentName,
        IReadOnlyCollection<string> backends,
        Action<StrongroomOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var faults = new List<string>();
        var options = StrongroomSettings.Read(configuration, faults);
        configure?.Invoke(options);
        var facts = DeploymentFacts.Collect(configuration, hostEnvironmentName);
        var decision = DeploymentDecision.Decide(
            facts with
            {
                Setting = options.DeploymentEnv,
                Namespace = options.Namespace,
            },
            faults
        );
        var name = BackendChoice.Choose(options.Backend, decision, backends, faults);
        StrongroomOptionsRules.Check(options, decision.IsDecided ? decision.Environment : null, faults);
        return faults.Count == 0
            ? new StartSettings(options, decision, name!)
            : throw new SecretConfigurationException(SecretErrorCode.SettingInvalid, faults);
    }

    /// <summary>
    /// Opens break-glass access by <c>SECRET_BREAK_GLASS_FILE</c>, only where the guardrail would refuse the backend; null if it
    /// is not needed.
    /// </summary>
    /// <remarks>
    /// Opening consumes time in the ledger irrevocably, before a manager exists. It therefore has a small journal of its own,
    /// which the next drainer adopts, so that the audit also records an opening that is refused or whose process dies.
    /// </remarks>
    /// <param name="service">The program's service id in the audit.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="SecretRefusedException">The file or the ledger does not allow it.</exception>
    public BreakGlass? OpenBreakGlass(string service, TimeProvider time)
    {
        if (Options.BreakGlassFile is not { } file || BackendName != EnvBackend.BackendName || IsLocalOrTest)
            return null;
        var folder = JournalFolder.Open(Options.JournalDirectory ?? JournalFolder.Default(), mustPersist: Options.AuditRequired);
        return Recorded(
            folder,
            ProcessIdentity.Of(service, Options, Environment, BackendName),
            time,
            // A container creates services synchronously. This happens once, before anything runs.
            () => BreakGlassLedger.OpenAsync(file, folder.Path, time, CancellationToken.None).AsTask().GetAwaiter().GetResult()
        );
    }

    /// <summary>Refuses the env backend outside local and test, unless break-glass access allows it.</summary>
    /// <exception cref="SecretRefusedException">The backend is not allowed in this environment (<see
    /// cref="SecretErrorCode.Guardrail"/>).</exception>
    public void EnsureAllowed(BreakGlass? breakGlass) => BackendChoice.EnsureAllowed(BackendName, Decision, breakGlass);

    /// <summary>Finds secrets in plain configuration, which is allowed in local only.</summary>
    /// <returns>An error that names each such key, never a value; null if there is none.</returns>
    public SecretConfigurationException? FindPlainSecrets(IConfiguration configuration, SecretDeclaration? declaration) =>
        FindPlainSecrets(configuration, declaration, Environment, BackendName, Options.Namespace);

    internal static SecretConfigurationException? FindPlainSecrets(
        IConfiguration configuration,
        SecretDeclaration? declaration,
        DeploymentEnvironment environment,
        string backend,
        string @namespace
    ) =>
        environment == DeploymentEnvironment.Local
            ? null
            : PlainSecretCheck.Find(
                configuration,
                (declaration?.Secrets ?? []).ToLookup(
                    secret => EnvVariable.NameOf(secret.Name, @namespace),
                    StringComparer.OrdinalIgnoreCase
                ),
                backend == EnvBackend.BackendName ? null : backend,
                StrongroomSettings.Names
            );

    internal static BreakGlass Recorded(JournalFolder folder, ProcessIdentity owner, TimeProvider time, Func<BreakGlass> open)
    {
        using var journal = folder.Create(
            owner.NewBoot(time),
            time,
            null,
            new JournalCapacity(Counters: 1, Records: 16) { Intents = 1 }
        );
        var trail = new AuditTrail(journal, required: true, time, NullLogger.Instance);
        using var intent = trail.Intend(About(AccessOutcome.Unknown));
        try
        {
            var opened = open();
            intent.Complete(About(AccessOutcome.Success) with { RequestId = opened.Operator });
            return opened;
        }
        catch (SecretRefusedException refused)
        {
            intent.Complete(About(AccessOutcome.Refused) with { Error = refused.Code });
            throw;
        }
        finally
        {
            journal.Close(AccessOutcome.Success);
        }

        JournalRecord About(AccessOutcome outcome) =>
            journal.About(AccessOperation.BreakGlass, outcome) with
            {
                Name = "break-glass",
            };
    }
}
