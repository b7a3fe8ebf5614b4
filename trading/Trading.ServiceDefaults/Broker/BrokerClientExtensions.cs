using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Strongroom;
using Strongroom.AspNetCore;
using Strongroom.Breaker;

namespace Trading.ServiceDefaults;

/// <summary>Registers clients of the broker.</summary>
public static class BrokerClientExtensions
{
    private static readonly SecretName s_keyId = SecretName.Parse("alpaca/api_key_id");
    private static readonly SecretName s_secretKey = SecretName.Parse("alpaca/api_secret_key");
    private static readonly SecretName[] s_secrets = [s_keyId, s_secretKey];

    /// <summary>
    /// Adds a typed client whose requests carry the broker's key pair, to the declared hosts only, each attempt behind the trading
    /// breaker. Its address comes from <paramref name="setting"/>: <c>ALPACA_BASE_URL</c> or <c>ALPACA_DATA_URL</c>.
    /// </summary>
    public static IHttpClientBuilder AddBrokerClient<TClient>(this WebApplicationBuilder builder, string setting)
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
        return builder.Services
            .AddHttpClient<TClient>((services, http) =>
            {
                http.BaseAddress = addressOf(services.GetRequiredService<TradingSettings>());
                http.Timeout = TimeSpan.FromSeconds(15);
            })
            .ConfigurePrimaryHttpMessageHandler(BoundSockets.Create)
            .AddHttpMessageHandler(CreateBinding)
            .AddHttpMessageHandler(services => new TradingBreakerHandler(services.GetRequiredService<ITradingBreaker>()))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // They stand inside of the binding and would see the credential.
            .RemoveAllLoggers();
    }

    internal static BoundCredentialHandler CreateBinding(IServiceProvider services) => new(
        services.GetRequiredService<ISecretManager>(),
        new CredentialBinding(services.GetRequiredService<SecretDeclaration>(), s_secrets, services.GetRequiredService<StrongroomWebOptions>().DecidedEnvironment),
        new BoundCredentialOptions { Secrets = s_secrets, Headers = HeadersOf, IsRejection = static (response, body) => RejectionForms.HasText(response, body, "message") },
        services.GetRequiredService<ILogger<BoundCredentialHandler>>());

    private static IEnumerable<KeyValuePair<string, string>> HeadersOf(SecretSet secrets) =>
    [
        new("APCA-API-KEY-ID", secrets[s_keyId].Value.Reveal()),
        new("APCA-API-SECRET-KEY", secrets[s_secretKey].Value.Reveal()),
    ];

    private static IEnumerable<string> FindFaults(IServiceProvider services, string setting, Func<TradingSettings, Uri?> addressOf)
    {
        TradingSettings settings;
        try
        {
            settings = services.GetRequiredService<TradingSettings>();
        }
        catch (SecretConfigurationException)
        {
            // Told by the settings' own check.
            return [];
        }
        return BrokerAddress.FindFaults(
            setting, addressOf(settings), services.GetRequiredService<SecretDeclaration>(), s_secrets, services.GetRequiredService<StrongroomWebOptions>().DecidedEnvironment);
    }
}
