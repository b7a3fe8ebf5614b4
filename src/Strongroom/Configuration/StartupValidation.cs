using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Strongroom.Configuration;

/// <summary>
/// Puts off <c>ValidateOnStart</c> until declared secrets are shown. A host validates before any of its services starts, when the
/// configuration provider has nothing to show yet.
/// </summary>
internal sealed class StartupValidation : IStartupValidator
{
    private const string PutOff = "Strongroom.Configuration.StartupValidation";

    /// <summary>Does nothing: the host calls it too early. <see cref="Validate(IServiceProvider)"/> is the later call.</summary>
    public void Validate() { }

    internal static void Register(IServiceCollection services)
    {
        // Registers the framework's own validator, where nobody has.
        services.AddOptions<Nothing>().ValidateOnStart();
        var original = services.Last(service => service.ServiceType == typeof(IStartupValidator) && !service.IsKeyedService);
        services.Remove(original);
        services.Add(
            original.ImplementationType is { } type
                ? new ServiceDescriptor(typeof(IStartupValidator), PutOff, type, original.Lifetime)
            : original.ImplementationFactory is { } create
                ? new ServiceDescriptor(typeof(IStartupValidator), PutOff, (provider, _) => create(provider), original.Lifetime)
            : new ServiceDescriptor(typeof(IStartupValidator), PutOff, original.ImplementationInstance!)
        );
        services.AddSingleton<IStartupValidator, StartupValidation>();
    }

    /// <exception cref="OptionsValidationException">Options are not what their rules ask for.</exception>
    internal static void Validate(IServiceProvider services) =>
        (services.GetKeyedService<IStartupValidator>(PutOff) ?? services.GetService<IStartupValidator>())?.Validate();

    /// <exception cref="OptionsValidationException">Options that were put off are not what their rules ask for.</exception>
    internal static void ValidatePutOff(IServiceProvider services) =>
        services.GetKeyedService<IStartupValidator>(PutOff)?.Validate();

    private sealed class Nothing;
}
