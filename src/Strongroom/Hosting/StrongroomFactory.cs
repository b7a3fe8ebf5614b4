using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strongroom.Breaker;
using Strongroom.Deployment;
using Strongroom.Journaling;
using Strongroom.Redaction;
using Strongroom.Telemetry;

namespace Strongroom.Hosting;

/// <summary>Composes a manager for a host, after all checks of its start have passed.</summary>
internal static class StrongroomFactory
{
    private static readonly TimeSpan s_startupWait = TimeSpan.FromMinutes(10);

    /// <exception cref="SecretConfigurationException">Settings or the declaration are invalid, or configuration contains
    /// secrets; all faults are listed.</exception>
    /// <exception cref="SecretRefusedException">The guardrail does not allow the backend in this environment.</exception>
    internal static StrongroomComposition Create(
        IServiceProvider provider,
        StrongroomBuilder builder,
        Action<StrongroomOptions>? configure
    )
    {
        var time = provider.GetRequiredService<TimeProvider>();
        var loggers = ResilientLoggerFactory.Wrap(provider.GetRequiredService<ILoggerFactory>());
        var context = new StartContext
        {
            Configuration = builder.Configuration,
            HostEnvironmentName = provider.GetService<IHostEnvironment>()?.EnvironmentName,
            Backends = builder.BackendNames,
            Configure = configure,
            CreateBackend = builder.Create,
            Time = time,
            Loggers = loggers,
        };
        StartChecks.Require(context);
        var (settings, options, breakGlass) = (context.Settings!, context.Options!, context.BreakGlass);
        var (declaration, backend) = (context.Declaration!, context.Backend!);
        var runtime = new SecretManagerBuilder
        {
            Declaration = declaration,
            Backend = backend,
            Options = options,
            Environment = settings.Environment,
            TripStore = HasTripStore(provider) ? provider.GetService<ITripStore> : null,
            Probes = provider.GetServices<IBundleProbe>,
            ExpiresAt = breakGlass?.Until,
            Time = time,
            Loggers = loggers,
            OnNewValue = provider.GetRequiredService<KnownValues>().Add,
        }.Build();
        if (breakGlass is not null)
            LogBreakGlass(breakGlass, ResilientLogger.Create(loggers));
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
            shows && builder.ConfigurationProvider is { } shown ? runtime.CreateConfigurationPublisher(shown) : null
        );
    }

    /// <summary>
    /// Does not create the store, which may itself depend on the manager. A container that cannot tell is assumed to have one.
    /// </summary>
    private static bool HasTripStore(IServiceProvider provider) =>
        provider.GetService<IServiceProviderIsService>()?.IsService(typeof(ITripStore)) ?? true;

    internal static void LogBreakGlass(BreakGlass breakGlass, ILogger logger) =>
        Log.BreakGlass(logger, breakGlass.Operator, breakGlass.Until, breakGlass.Reason);
}
