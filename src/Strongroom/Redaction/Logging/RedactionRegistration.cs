using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Strongroom.Redaction.Logging;

/// <summary>Puts redaction around the host's logging.</summary>
internal static class RedactionRegistration
{
    private const string Undecorated = "Strongroom.Redaction.Undecorated";

    /// <summary>
    /// Decorates the registered <see cref="ILoggerFactory"/>. Calling it twice changes nothing. A factory that is registered
    /// later replaces it, so logging comes first.
    /// </summary>
    /// <exception cref="InvalidOperationException">No logging is registered.</exception>
    internal static IServiceCollection AddRedaction(this IServiceCollection services)
    {
        if (services.Any(service => service.IsKeyedService && Undecorated.Equals(service.ServiceKey)))
            return services;
        var original = services.LastOrDefault(service => service.ServiceType == typeof(ILoggerFactory) && !service.IsKeyedService)
            ?? throw new InvalidOperationException("No ILoggerFactory is registered. Call AddLogging before AddStrongroom.");

        services.TryAddSingleton<KnownValues>();
        services.TryAddSingleton<SecretRedactor>();
        services.TryAddSingleton<ISecretRedactor>(provider => provider.GetRequiredService<SecretRedactor>());
        services.Remove(original);
        services.Add(Keyed(original));
        services.AddSingleton<ILoggerFactory>(provider => new RedactingLoggerFactory(
            provider.GetRequiredKeyedService<ILoggerFactory>(Undecorated),
            provider.GetRequiredService<SecretRedactor>(),
            provider.GetServices<ILoggerProvider>()
        ));
        return services;
    }

    private static ServiceDescriptor Keyed(ServiceDescriptor original) =>
        original.ImplementationInstance is { } instance ? new ServiceDescriptor(typeof(ILoggerFactory), Undecorated, instance)
        : original.ImplementationFactory is { } create
            ? new ServiceDescriptor(typeof(ILoggerFactory), Undecorated, (provider, _) => create(provider), original.Lifetime)
        : new ServiceDescriptor(typeof(ILoggerFactory), Undecorated, original.ImplementationType!, original.Lifetime);
}
