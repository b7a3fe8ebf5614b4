using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Strongroom.Hosting;

namespace Strongroom;

/// <summary>
/// <c>--check</c> as the last argument of a service: its host looks at all that a start looks at, prints every fault, and ends
/// with the start's exit code, without opening a port or making a hosted service.
/// </summary>
public static class StartCheckArgument
{
    /// <summary>The argument.</summary>
    public const string Name = "--check";

    /// <summary>Whether this process was started with it.</summary>
    public static bool IsGiven { get; } = Environment.GetCommandLineArgs().Skip(1).Contains(Name, StringComparer.Ordinal);

    /// <summary>
    /// False where something follows it, which configuration then takes for its value instead of for a setting.
    /// </summary>
    internal static bool IsLast { get; } = Environment.GetCommandLineArgs()[^1] == Name;

    /// <summary>Puts the check in the place of the host's start.</summary>
    internal static void ReplaceStart(IServiceCollection services, Action<int> exit)
    {
        if (
            services.LastOrDefault(service => service.ServiceType == typeof(IHost) && !service.IsKeyedService)
            is not { ImplementationFactory: { } create } host
        )
            return;
        services.Remove(host);
        services.AddSingleton<IHost>(provider => new StartCheckHost((IHost)create(provider), exit));
    }
}
