using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Audit;
using Strongroom.Breaker;
using Strongroom.Deployment;
using Strongroom.Env;
using Strongroom.Journaling;
using Strongroom.Operators;
using Strongroom.Redaction;
using Strongroom.Settings;
using Strongroom.Telemetry;

namespace Strongroom.Hosting;

/// <summary>Makes the composition for a host, once every check of its start is passed.</summary>
internal static class StrongroomFactory
{
    private static readonly TimeSpan s_startupWait = TimeSpan.FromMinutes(10);

    /// <exception cref="SecretConfigurationException">Settings, declaration or plain secrets are wrong; all faults are
    /// listed.</exception>
    /// <exception cref="SecretRefusedException">The guardrail does not allow the backend here.</exception>
    internal static StrongroomComposition Create(
        IServiceProvider provider,
        StrongroomBuilder builder,
        Action<StrongroomOptions>? configure
    )
    {
        var time = provider.GetRequiredService<TimeProvider>();
        var loggers = ResilientLoggerFactory.Around(provider.GetRequiredService<ILoggerFactory>());
        var facts = new StartContext
        {
            Configuration = builder.Configuration,
            HostEnvironmentName = provider.GetService<IHostEnvironment>()?.EnvironmentName,
            Backends = builder.BackendNames,
            Configure = configure,
            CreateBackend = builder.Create,
            Time = time,
            Loggers = loggers,
        };
        StartChecks.Require(facts);
        var (options, decision, name, breakGlass) = (facts.Options!, facts.Decision!, facts.BackendName!, facts.BreakGlass);
        var (declaration, backend) = (facts.Declaration!, facts.Backend!);
        var runtime = new SecretManagerBuilder
        {
            Declaration = declaration,
            Backend = backend,
            Options = options,
            Environment = decision.Environment,
            TripStore = HasTripStore(provider) ? provider.GetService<ITripStore> : null,
            Probes = provider.GetServices<IBundleProbe>,
            AllEndsAt = breakGlass?.Until,
            Time = time,
            Loggers = loggers,
            OnNewValue = provider.GetRequiredService<KnownValues>().Add,
        }.Build();
        if (breakGlass is not null)
            Tell(breakGlass, ResilientLogger.Create(loggers));
        var shows = decision.Environment != DeploymentEnvironment.Production || options.ConfigurationProviderInProduction;
        return new StrongroomComposition(
            runtime,
            declaration,
            new StrongroomInfo(
                declaration.Service,
                runtime.Identity.Instance,
                decision.Environment,
                name,
                options.Namespace,
                breakGlass?.Until
            )
            {
                CacheTtl = options.CacheTtl,
            },
            options.StartupWait ?? (decision.IsLocalOrTest ? TimeSpan.Zero : s_startupWait),
            shows && builder.ConfigurationProvider is { } shown ? runtime.Show(shown) : null
        );
    }

    /// <summary>
    /// Without making one, which may need the manager itself. A container that cannot say is taken to have one.
    /// </summary>
    private static bool HasTripStore(IServiceProvider provider) =>
        provider.GetService<IServiceProviderIsService>()?.IsService(typeof(ITripStore)) ?? true;

    /// <summary>Settings and guardrail: the same for a service and for the command.</summary>
    /// <exception cref="SecretConfigurationException">Settings are missing or wrong; all faults are listed.</exception>
    internal static (StrongroomOptions Options, DeploymentDecision Decision, string Backend) Decide(
        IConfiguration configuration,
        string? hostEnvironmentName,
        IReadOnlyCollection<string> backends,
        Action<StrongroomOptions>? configure = null
    )
    {
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
            ? (options, decision, name!)
            : throw new SecretConfigurationException(SecretErrorCode.SettingInvalid, faults);
    }

    /// <summary>
    /// The glass is broken only where the guardrail would refuse; a file that lies there otherwise changes nothing. An opening
    /// spends time in the ledger that cannot be had back, and there is no manager yet: it has a small journal of its own, whose
    /// rows the drainer takes over, so that one that is killed or refused is in the audit too.
    /// </summary>
    internal static BreakGlass? OpenGlass(
        string backend,
        StrongroomOptions options,
        DeploymentDecision decision,
        string service,
        TimeProvider time
    )
    {
        if (options.BreakGlassFile is not { } file || backend != EnvBackend.BackendName || decision.IsLocalOrTest)
            return null;
        var folder = JournalFolder.Open(options.JournalDirectory ?? JournalFolder.Default(), mustLast: options.AuditRequired);
        return Recorded(
            folder,
            options,
            decision,
            service,
            time,
            // A container builds its services synchronously, and this happens once, before anything runs.
            () => BreakGlassLedger.OpenAsync(file, folder.Path, time, CancellationToken.None).AsTask().GetAwaiter().GetResult()
        );
    }

    internal static BreakGlass Recorded(
        JournalFolder folder,
        StrongroomOptions options,
        DeploymentDecision decision,
        string service,
        TimeProvider time,
        Func<BreakGlass> open
    )
    {
        var owner = new InstanceRow(
            options.Instance ?? $"{service}-{Environment.MachineName}",
            Guid.NewGuid(),
            service,
            decision.Name,
            EnvBackend.BackendName,
            Environment.MachineName,
            Environment.ProcessId,
            OperatorIdentity.Unproven(options.Operator, Environment.GetEnvironmentVariable),
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

    internal static void Tell(BreakGlass breakGlass, ILogger logger) =>
        Log.BreakGlass(logger, breakGlass.Operator, breakGlass.Until, breakGlass.Reason);
}
