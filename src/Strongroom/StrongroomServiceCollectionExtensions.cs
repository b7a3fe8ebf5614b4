using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strongroom.Breaker;
using Strongroom.Env;
using Strongroom.Hosting;
using Strongroom.Redaction.Logging;

namespace Strongroom;

/// <summary>Adds Strongroom to a host.</summary>
public static class StrongroomServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="ISecretManager"/>, <see cref="ICredentialReports"/>, <see cref="ISecretVersions"/>, <see
    /// cref="ISecretRefresher"/>, <see cref="ICredentialBreaker"/> and log redaction, and prevents the host from starting
    /// without its required secrets. The <c>env</c> backend is registered; packages add others to the returned builder. An
    /// unhandled failure of the start ends the process with one message and an exit code; <c>--check</c> as the last argument
    /// runs only the start's checks.
    /// </summary>
    /// <param name="services">The host's services, including logging.</param>
    /// <param name="configuration">Supplies the settings named on <see cref="StrongroomOptions"/>.</param>
    /// <param name="configure">Changes settings in code, after they are read and before they are validated.</param>
    /// <exception cref="SecretConfigurationException">When the host starts: settings or the declaration are invalid.</exception>
    public static IStrongroomBuilder AddStrongroom(
        this IServiceCollection services,
        IConfiguration configuration,
        Action<StrongroomOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddRedaction();
        services.TryAddSingleton(TimeProvider.System);
        var builder = new StrongroomBuilder(services, configuration);
        builder.AddEnv();

        services.TryAddSingleton(provider => StrongroomFactory.Create(provider, builder, configure));
        services.TryAddSingleton(provider => provider.GetRequiredService<StrongroomComposition>().Runtime.Manager);
        services.TryAddSingleton(provider => provider.GetRequiredService<StrongroomComposition>().Runtime.Reports);
        services.TryAddSingleton(provider => provider.GetRequiredService<StrongroomComposition>().Runtime.Versions);
        services.TryAddSingleton(provider => provider.GetRequiredService<StrongroomComposition>().Runtime.Breaker);
        services.TryAddSingleton(provider => provider.GetRequiredService<StrongroomComposition>().Declaration);
        services.TryAddSingleton(provider => provider.GetRequiredService<StrongroomComposition>().Info);
        services.TryAddSingleton<ISecretRefresher>(provider => new CompositionRefresher(
            provider.GetRequiredService<StrongroomComposition>()
        ));
        services.AddHostedService<StrongroomService>();
        UnhandledStartFailure.Watch();
        if (StartCheckArgument.IsGiven)
            StartCheckArgument.ReplaceStart(services, Environment.Exit);
        return builder;
    }
}
