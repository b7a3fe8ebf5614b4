using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Strongroom.Hosting;

namespace Strongroom;

/// <summary>
/// <c>--check</c> as the last argument of a service: its host makes all the checks of a start, reports every fault, and exits
/// with the start's exit code, without opening a port or creating a hosted service.
/// </summary>
public static class StartCheckArgument
{
    /// <summary>The argument.</summary>
    public const string Name = "--check";

    /// <summary>Whether this process was started with the argument.</summary>
    public static bool IsGiven { get; } = Environment.GetCommandLineArgs().Skip(1).Contains(Name, StringComparer.Ordinal);

    /// <summary>False if another argument follows, which configuration would take for its value.</summary>
    internal static bool IsLast { get; } = Environment.GetCommandLineArgs()[^1] == Name;

    /// <summary>Replaces the host's start by the check.</summary>
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
