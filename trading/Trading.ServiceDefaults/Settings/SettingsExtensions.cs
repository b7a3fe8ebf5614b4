using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Trading.ServiceDefaults;

/// <summary>Registers a service's own settings.</summary>
public static class SettingsExtensions
{
    /// <summary>Reads them once, when the service starts: a fault is then the one clear message of a failed start.</summary>
    public static void AddSettings<T>(this WebApplicationBuilder builder, Func<SettingsReader, T> read)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(services => SettingsReader.Read(services.GetRequiredService<IConfiguration>(), read));
        builder.Services.AddHostedService<ReadAtStart<T>>();
    }

    /// <summary>Exists so that the settings are made, and found wrong, before the port opens.</summary>
    private sealed class ReadAtStart<T>(T settings) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.FromResult(settings);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
