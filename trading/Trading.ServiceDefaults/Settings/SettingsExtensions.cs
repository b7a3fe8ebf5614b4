using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Strongroom;

namespace Trading.ServiceDefaults;

/// <summary>Registers a service's own settings.</summary>
public static class SettingsExtensions
{
    /// <summary>Makes the settings injectable, and has their faults reported at start with all others.</summary>
    public static void AddSettings<T>(this WebApplicationBuilder builder, Func<SettingsReader, T> read)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(services => SettingsReader.Read(services.GetRequiredService<IConfiguration>(), read));
        builder.StartChecks().Add(FindFaults<T>);
    }

    private static IReadOnlyList<string> FindFaults<T>(IServiceProvider services)
        where T : class
    {
        try
        {
            services.GetRequiredService<T>();
            return [];
        }
        catch (SecretConfigurationException e)
        {
            return e.Faults;
        }
    }
}
