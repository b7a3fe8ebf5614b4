using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strongroom.Breaker;
using Strongroom.Deployment;
using Strongroom.Journaling;
using Strongroom.Redaction;
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
        var (settings, options, breakGlass) = (facts.Settings!, facts.Options!, facts.BreakGlass);
        var (declaration, backend) = (facts.Declaration!, facts.Backend!);
        var runtime = new SecretManagerBuilder
        {
            Declaration = declaration,
            Backend = backend,
            Options = options,
            Environment = settings.Environment,
            TripStore = HasTripStore(provider) ? provider.GetService<ITripStore> : null,
            Probes = provider.GetServices<IBundleProbe>,
            AllEndsAt = breakGlass?.Until,
            Time = time,
            Loggers = loggers,
            OnNewValue = provider.GetRequiredService<KnownValues>().Add,
        }.Build();
        if (breakGlass is not null)
            Tell(breakGlass, ResilientLogger.Create(loggers));
        var shows = settings.Environment != DeploymentEnvironment.Production || options.ConfigurationProviderInProduction;
        return new StrongroomComposition(
            runtime,
            declaration,
            new StrongroomInfo(
                declaration.Service,
                runtime.Identity.Instance,
                settings.Environment,
                settings.BackendName,
                options.Namespace,
                breakGlass?.Until
            )
            {
                CacheTtl = options.CacheTtl,
            },
            options.StartupWait ?? (settings.IsLocalOrTest ? TimeSpan.Zero : s_startupWait),
            shows && builder.ConfigurationProvider is { } shown ? runtime.Show(shown) : null
        );
    }

    /// <summary>
    /// Without making one, which may need the manager itself. A container that cannot say is taken to have one.
    /// </summary>
    private static bool HasTripStore(IServiceProvider provider) =>
        provider.GetService<IServiceProviderIsService>()?.IsService(typeof(ITripStore)) ?? true;

    internal static void Tell(BreakGlass breakGlass, ILogger logger) =>
        Log.BreakGlass(logger, breakGlass.Operator, breakGlass.Until, breakGlass.Reason);
}
