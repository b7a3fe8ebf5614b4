using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Audit;
using Strongroom.Deployment;
using Strongroom.Env;
using Strongroom.Journaling;
using Strongroom.Settings;

namespace Strongroom.Hosting;

/// <summary>The validated settings, where the process runs, and the backend that it uses there: the same for a service and for an
/// operator.</summary>
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

    /// <summary>Where the process runs.</summary>
    public DeploymentEnvironment Environment => Decision.Environment;

    /// <summary>The environment as <c>DEPLOYMENT_ENV</c> writes it.</summary>
    public string EnvironmentName => Decision.Name;

    /// <summary>The setting or file that decided the environment.</summary>
    public string DecidedBy => Decision.DecidedBy;

    /// <summary>Whether the env backend is allowed without break-glass.</summary>
    public bool IsLocalOrTest => Decision.IsLocalOrTest;

    /// <summary>The backend that is picked.</summary>
    public string BackendName { get; }

    internal DeploymentDecision Decision { get; }

    /// <summary>Reads the settings and decides.</summary>
    /// <param name="configuration">Where the settings are read from, process variables included.</param>
    /// <param name="hostEnvironmentName"><c>IHostEnvironment.EnvironmentName</c>; null where there is no host.</param>
    /// <param name="backends">The backends that there are.</param>
    /// <param name="configure">Changes settings after they were read and before they are validated.</param>
    /// <exception cref="SecretConfigurationException">Settings are missing or wrong; all faults are listed.</exception>
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
        StrongroomOptionsRules.Check(options, decision.Environment, faults);
        return faults.Count == 0
            ? new StartSettings(options, decision, name!)
            : throw new SecretConfigurationException(SecretErrorCode.SettingInvalid, faults);
    }

    /// <summary>Opens the guardrail by <c>SECRET_BREAK_GLASS_FILE</c>, only where it would refuse; null where it need not be
    /// opened.</summary>
    /// <remarks>
    /// An opening spends time in the ledger that cannot be had back, and there is no manager yet: it has a small journal of its
    /// own, which the next drainer takes over, so that an opening that is refused, or whose process dies, is in the audit too.
    /// </remarks>
    /// <param name="service">The program's id in the audit.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="SecretRefusedException">The file or the ledger does not allow it.</exception>
    public BreakGlass? OpenBreakGlass(string service, TimeProvider time)
    {
        if (Options.BreakGlassFile is not { } file || BackendName != EnvBackend.BackendName || IsLocalOrTest)
            return null;
        var folder = JournalFolder.Open(Options.JournalDirectory ?? JournalFolder.Default(), mustLast: Options.AuditRequired);
        return Recorded(
            folder,
            Options,
            EnvironmentName,
            service,
            time,
            // A container builds its services synchronously, and this happens once, before anything runs.
            () => BreakGlassLedger.OpenAsync(file, folder.Path, time, CancellationToken.None).AsTask().GetAwaiter().GetResult()
        );
    }

    /// <summary>Refuses the env backend outside local and test, unless break-glass allows it.</summary>
    /// <exception cref="SecretRefusedException">It is not allowed here (<see cref="SecretErrorCode.Guardrail"/>).</exception>
    public void EnsureAllowed(BreakGlass? breakGlass) => BackendChoice.EnsureAllowed(BackendName, Decision, breakGlass);

    /// <summary>Finds secrets in plain configuration, which only local allows.</summary>
    /// <returns>The error that names every such key and never a value; null where there is none.</returns>
    public SecretConfigurationException? FindPlainSecrets(IConfiguration configuration, SecretDeclaration? declaration) =>
        FindPlainSecrets(configuration, declaration, Environment, BackendName, Options.Namespace);

    internal static SecretConfigurationException? FindPlainSecrets(
        IConfiguration configuration,
        SecretDeclaration? declaration,
        DeploymentEnvironment environment,
        string backend,
        string @namespace
    ) =>
        PlainSecretCheck.Find(
            configuration,
            environment,
            (declaration?.Secrets ?? [])
                .Select(secret => secret.Name)
                .ToLookup(name => EnvVariable.NameOf(name, @namespace), StringComparer.OrdinalIgnoreCase),
            backend == EnvBackend.BackendName ? null : backend,
            StrongroomSettings.Names
        );

    internal static BreakGlass Recorded(
        JournalFolder folder,
        StrongroomOptions options,
        string environment,
        string service,
        TimeProvider time,
        Func<BreakGlass> open
    )
    {
        var owner = new InstanceRow(
            options.Instance ?? $"{service}-{System.Environment.MachineName}",
            Guid.NewGuid(),
            service,
            environment,
            EnvBackend.BackendName,
            System.Environment.MachineName,
            System.Environment.ProcessId,
            UnverifiedActor.Name(options.Operator, System.Environment.GetEnvironmentVariable),
            time.GetUtcNow()
        );
        using var journal = folder.Create(owner, time, null, new JournalCapacity(Counters: 1, Records: 16) { Intents = 1 });
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
