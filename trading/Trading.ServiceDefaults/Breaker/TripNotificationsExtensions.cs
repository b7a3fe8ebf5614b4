using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Strongroom;

namespace Trading.ServiceDefaults;

internal static class TripNotificationsExtensions
{
    internal static void AddBreakerNews(this WebApplicationBuilder builder, StartChecks checks)
    {
        builder.Services.AddHostedService<TripNotifications>();
        checks.Add(services => FindFaults(services));
    }

    private static IEnumerable<string> FindFaults(IServiceProvider services)
    {
        RedisAddress? redis;
        try
        {
            redis = services.GetRequiredService<TradingSettings>().Redis;
        }
        catch (SecretConfigurationException)
        {
            // Reported by the settings' own check.
            return [];
        }
        return redis is null
            ? []
            : FindFaults(
                redis,
                services.GetRequiredService<SecretDeclaration>(),
                services.GetRequiredService<StrongroomInfo>().IsLocalOrTest
            );
    }

    /// <summary>
    /// The password goes to the servers that its declaration names; loopback counts as named in local and test.
    /// </summary>
    internal static IEnumerable<string> FindFaults(RedisAddress redis, SecretDeclaration declaration, bool localOrTest)
    {
        if (declaration.Find(TripNotifications.Password) is not { } declared || (localOrTest && redis.IsLoopback))
            return [];
        return declared.SendTo.Any(origin => IsSame(origin, redis.Origin))
            ? []
            :
            [
                $"REDIS_URL names a server that sendTo of '{TripNotifications.Password}' in secrets.json does not. Add "
                    + $"{redis.Origin.GetLeftPart(UriPartial.Authority)} there if the password may go to it.",
            ];
    }

    private static bool IsSame(Uri named, Uri wanted) =>
        named.Scheme == wanted.Scheme
        && string.Equals(named.IdnHost, wanted.IdnHost, StringComparison.OrdinalIgnoreCase)
        && (named.Port > 0 ? named.Port : 6379) == wanted.Port;
}
