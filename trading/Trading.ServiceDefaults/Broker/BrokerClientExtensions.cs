using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Strongroom;
using Strongroom.AspNetCore;
using Strongroom.Breaker;

namespace Trading.ServiceDefaults;

/// <summary>Registers clients of the broker.</summary>
public static class BrokerClientExtensions
{
    /// <summary>
    /// Adds a typed client whose requests carry the broker's key pair, to the declared hosts only, each attempt behind the
    /// credential breaker. Its address comes from <paramref name="setting"/>: <c>ALPACA_BASE_URL</c> or <c>ALPACA_DATA_URL</c>.
    /// </summary>
    public static IHttpClientBuilder AddBrokerClient<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TClient
    >(this WebApplicationBuilder builder, string setting)
        where TClient : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        Func<TradingSettings, Uri?> addressOf = setting switch
        {
            "ALPACA_BASE_URL" => settings => settings.BrokerUrl,
            "ALPACA_DATA_URL" => settings => settings.DataUrl,
            _ => throw new ArgumentException("A broker client's address is ALPACA_BASE_URL or ALPACA_DATA_URL.", nameof(setting)),
        };
        builder.StartChecks().Add(services => FindFaults(services, setting, addressOf));
        builder.AddProbe(setting, addressOf);
        return builder
            .Services.AddHttpClient<TClient>(
                (services, http) =>
                {
                    http.BaseAddress = addressOf(services.GetRequiredService<TradingSettings>());
                    http.Timeout = TimeSpan.FromSeconds(15);
                }
            )
            .ConfigurePrimaryHttpMessageHandler(BoundSockets.Create)
            .AddHttpMessageHandler(services => new BrokerPauseHandler(services.GetRequiredService<TimeProvider>()))
            .AddHttpMessageHandler(services => CreateBinding(services, isTradingApi: setting == "ALPACA_BASE_URL"))
            .AddHttpMessageHandler(services => new CredentialBreakerHandler(services.GetRequiredService<ICredentialBreaker>()))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // They would run inside of the binding and see the credential.
            .RemoveAllLoggers();
    }

    /// <summary>One probe for each service. The account is preferred, since it tells more than the data.</summary>
    private static void AddProbe(this WebApplicationBuilder builder, string setting, Func<TradingSettings, Uri?> addressOf)
    {
        var known = builder.Services.FirstOrDefault(service => service.ServiceType == typeof(IBundleProbe));
        if (known is not null && setting != "ALPACA_BASE_URL")
            return;
        builder.Services.RemoveAll<IBundleProbe>();
        var path = setting == "ALPACA_BASE_URL" ? AlpacaProbe.Account : AlpacaProbe.LatestBar;
        builder.Services.AddSingleton<IBundleProbe>(services => new AlpacaProbe(services, addressOf, path));
    }

    private static BoundCredentialHandler CreateBinding(IServiceProvider services, bool isTradingApi) =>
        new(
            services.GetRequiredService<ISecretManager>(),
            services.GetRequiredService<ICredentialReports>(),
            BrokerCredential.BindingOf(services),
            new BoundCredentialOptions
            {
                Secrets = BrokerCredential.Names,
                Headers = BrokerCredential.HeadersOf,
                IsRejection = BrokerCredential.IsRejection,
                IsSuspicion = isTradingApi ? BrokerCredential.IsSuspicion : static (_, _) => false,
            },
            services.GetRequiredService<ILogger<BoundCredentialHandler>>()
        );

    private static IEnumerable<string> FindFaults(
        IServiceProvider services,
        string setting,
        Func<TradingSettings, Uri?> addressOf
    )
    {
        TradingSettings settings;
        try
        {
            settings = services.GetRequiredService<TradingSettings>();
        }
        catch (SecretConfigurationException)
        {
            // Reported by the settings' own check.
            return [];
        }
        return BrokerAddress.FindFaults(
            setting,
            addressOf(settings),
            services.GetRequiredService<SecretDeclaration>(),
            BrokerCredential.Names,
            services.GetRequiredService<StrongroomWebOptions>().DecidedEnvironment
        );
    }
}
