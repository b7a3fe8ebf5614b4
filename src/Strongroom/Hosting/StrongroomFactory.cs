using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strongroom.Backends;
using Strongroom.Breaker;
using Strongroom.Redaction;

namespace Strongroom.Hosting;

/// <summary>Makes the composition for a host: settings, guardrail, declaration, backend, manager, in this order.</summary>
internal static class StrongroomFactory
{
    internal static StrongroomComposition Create(IServiceProvider provider, StrongroomBuilder builder, Action<StrongroomOptions>? configure)
    {
        var options = new StrongroomOptions { Backend = builder.Configuration["SECRET_BACKEND"], JournalDirectory = builder.Configuration["STRONGROOM_JOURNAL_DIR"], DotenvPath = builder.Configuration["SECRET_DOTENV_PATH"] };
        configure?.Invoke(options);
        var environment = provider.GetService<IHostEnvironment>()?.EnvironmentName == "Development" || builder.Configuration["DEPLOYMENT_ENV"] == "local" ? DeploymentEnvironment.Local : DeploymentEnvironment.Production;
        var time = provider.GetRequiredService<TimeProvider>();
        var loggers = provider.GetRequiredService<ILoggerFactory>();
        var declaration = SecretDeclaration.Load(options.DeclarationPath ?? Path.Combine(AppContext.BaseDirectory, "secrets.json"));
        var backend = builder.Create(options.Backend ?? "env", new BackendContext
        {
            Options = options,
            Configuration = builder.Configuration,
            Environment = environment,
            Declaration = declaration,
            Time = time,
            Loggers = loggers,
        });

        var known = provider.GetRequiredService<KnownValues>();
        var runtime = new SecretManagerBuilder
        {
            Declaration = declaration,
            Backend = backend,
            Options = options,
            Environment = environment,
            TripStore = () => provider.GetService<ITripStore>(),
            Probes = provider.GetServices<IBundleProbe>,
            Time = time,
            Loggers = loggers,
            OnNewValue = known.Add,
        }.Build();
        var info = new StrongroomInfo(declaration.Service, runtime.Identity.Instance, environment, backend.Name, options.Namespace, null);
        return new StrongroomComposition(runtime, declaration, info, options.StartupWait ?? TimeSpan.Zero);
    }
}
