using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Strongroom.Configuration;

/// <summary>
/// Defers <c>ValidateOnStart</c> until declared secrets are published. A host validates before it starts any service, when the
/// configuration provider is still empty.
/// </summary>
internal sealed class StartupValidation : IStartupValidator
{
    private const string DeferredKey = "Strongroom.Configuration.StartupValidation";

    /// <summary>
    /// Does nothing, since the host calls it too early. <see cref="Validate(IServiceProvider)"/> is called later.
    /// </summary>
    public void Validate() { }

    internal static void Register(IServiceCollection services)
    {
        // Ensures that the framework's own validator is registered.
        services.AddOptions<EmptyOptions>().ValidateOnStart();
        var original = services.Last(service => service.ServiceType == typeof(IStartupValidator) && !service.IsKeyedService);
        services.Remove(original);
        services.Add(
            original.ImplementationType is { } type
                ? new ServiceDescriptor(typeof(IStartupValidator), DeferredKey, type, original.Lifetime)
            : original.ImplementationFactory is { } create
                ? new ServiceDescriptor(
                    typeof(IStartupValidator),
                    DeferredKey,
                    (provider, _) => create(provider),
                    original.Lifetime
                )
            : new ServiceDescriptor(typeof(IStartupValidator), DeferredKey, original.ImplementationInstance!)
        );
        services.AddSingleton<IStartupValidator, StartupValidation>();
    }

    /// <exception cref="OptionsValidationException">Options are invalid.</exception>
    internal static void Validate(IServiceProvider services) =>
        (services.GetKeyedService<IStartupValidator>(DeferredKey) ?? services.GetService<IStartupValidator>())?.Validate();

    /// <exception cref="OptionsValidationException">Deferred options are invalid.</exception>
    internal static void ValidateDeferred(IServiceProvider services) =>
        services.GetKeyedService<IStartupValidator>(DeferredKey)?.Validate();

    private sealed class EmptyOptions;
}
