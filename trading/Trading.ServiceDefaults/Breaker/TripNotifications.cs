using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using Strongroom;
using Strongroom.Breaker;

namespace Trading.ServiceDefaults;

/// <summary>
/// Announces trips through Redis, so that other processes halt at once instead of at their next read of the database. A
/// notification only makes its receiver read the stored trips: no message, an empty Redis or no Redis never means that trading
/// may continue.
/// </summary>
internal sealed class TripNotifications(
    TradingSettings settings,
    ISecretManager secrets,
    ICredentialReports reports,
    SecretDeclaration declaration,
    ICredentialBreaker breaker,
    StrongroomInfo info,
    TimeProvider time,
    ILogger<TripNotifications> logger
) : BackgroundLoop
{
    internal static readonly SecretName Password = SecretName.Parse("redis/password");

    private const long MostBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(5);

    private readonly HashSet<Guid> _known = [];
    private int _heard;

    private RedisChannel Channel =>
        RedisChannel.Literal($"strongroom:trips:{info.Environment.ToString().ToLowerInvariant()}:{info.Namespace}");

    protected override async Task RunAsync(CancellationToken ct)
    {
        // A service that declares no password for Redis does not use it; it reads the stored trips all the same.
        if (settings.Redis is not { } address || declaration.Find(Password) is null)
            return;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await ServeAsync(address, ct);
            }
            catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
            {
                // A driver's message may hold its configuration, so only the type is logged.
                Log.RedisLost(
                    logger,
                    address.Origin.ToString(),
                    e is RedisConnectionException lost
                        ? lost.FailureType.ToString()
                        : (e as SecretException)?.Code.ToString() ?? e.GetType().Name
                );
            }
            await Task.Delay(s_again, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(RedisAddress address, CancellationToken ct)
    {
        var used = await ReadPasswordAsync(ct);
        await using var redis = await ConnectAsync(address, used, ct);
        var subscriber = redis.GetSubscriber();
        await subscriber.SubscribeAsync(Channel, (_, _) => Interlocked.Exchange(ref _heard, 1));
        Log.RedisFound(logger, address.Origin.ToString());
        // For notifications sent while there was no subscription.
        await breaker.RefreshAsync(ct);
        using var timer = new PeriodicTimer(s_look, time);
        do
        {
            await TellAsync(subscriber);
            if (Interlocked.Exchange(ref _heard, 0) == 1)
            {
                Log.TripHeard(logger);
                await breaker.RefreshAsync(ct);
            }
            if (!redis.IsConnected)
                throw new IOException("The connection is closed.");
        } while (await timer.WaitForNextTickAsync(ct));
    }

    /// <summary>
    /// Announces trips that this process has not announced yet, its own or received ones. A duplicate only causes another read.
    /// </summary>
    private async ValueTask TellAsync(ISubscriber subscriber)
    {
        foreach (var trip in breaker.Uncleared)
        {
            if (_known.Contains(trip.Id))
                continue;
            await subscriber.PublishAsync(Channel, trip.Id.ToString());
            _known.Add(trip.Id);
        }
    }

    /// <summary>
    /// Without the optional password, connects without one; Redis itself refuses where it requires one.
    /// </summary>
    private async ValueTask<SecretSet?> ReadPasswordAsync(CancellationToken ct)
    {
        if (declaration.Find(Password) is not { } declared)
            return null;
        try
        {
            return await secrets.GetAsync([Password], ct);
        }
        catch (SecretNotFoundException) when (!declared.Required)
        {
            return null;
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(RedisAddress address, SecretSet? used, CancellationToken ct)
    {
        var options = new ConfigurationOptions
        {
            EndPoints = { { address.Host, address.Port } },
            Ssl = address.Tls,
            SslHost = address.Tls ? address.Host : null,
            User = address.User,
            Password = used?[0].Value.Reveal(),
            DefaultDatabase = address.Database,
            AbortOnConnectFail = true,
            ConnectTimeout = 5000,
            ClientName = info.Instance,
            Tunnel = new BoundedTunnel(MostBytes),
        };
        try
        {
            var redis = await ConnectionMultiplexer.ConnectAsync(options);
            if (used is not null)
                reports.ReportAccepted(used);
            return redis;
        }
        catch (RedisConnectionException e) when (used is not null && IsRejection(e))
        {
            await reports.ReportRejectedAsync(used, ct);
            throw;
        }
    }

    /// <summary>Redis says WRONGPASS; the driver keeps it in the words of the exception.</summary>
    private static bool IsRejection(RedisConnectionException exception) =>
        exception.FailureType == ConnectionFailureType.AuthenticationFailure
        || exception.ToString().Contains("WRONGPASS", StringComparison.Ordinal);
}
