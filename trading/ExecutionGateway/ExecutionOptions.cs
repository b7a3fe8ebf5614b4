using Trading.ServiceDefaults;

namespace ExecutionGateway;

/// <summary>The service's settings; the names in brackets are those of environment variables and appsettings.</summary>
internal sealed record ExecutionOptions
{
    /// <summary>[ORDER_ATTEMPTS] How often one order is sent at most, each time after a look-up. Default 3.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>[ORDER_RETRY_MS] The pause before the second attempt; it doubles. Default 200.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>[ORDER_TIMEOUT_SECONDS] How long one request to the broker may take. Default 5.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>[RECONCILE_SECONDS] How often working orders are compared with the broker's book. Default 10.</summary>
    public TimeSpan ReconcileEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>[ORDER_LOST_SECONDS] An order that the broker still does not know this long after it was first missed never
    /// arrived. Longer than any request can take. Default 30.</summary>
    public TimeSpan LostAfter { get; init; } = TimeSpan.FromSeconds(30);

    public static ExecutionOptions Read(SettingsReader settings)
    {
        var options = new ExecutionOptions
        {
            Attempts = settings.Integer("ORDER_ATTEMPTS", 3, 1, 10),
            RetryPause = TimeSpan.FromMilliseconds(settings.Integer("ORDER_RETRY_MS", 200, 0, 10_000)),
            RequestTimeout = TimeSpan.FromSeconds(settings.Integer("ORDER_TIMEOUT_SECONDS", 5, 1, 60)),
            ReconcileEvery = TimeSpan.FromSeconds(settings.Integer("RECONCILE_SECONDS", 10, 1, 300)),
            LostAfter = TimeSpan.FromSeconds(settings.Integer("ORDER_LOST_SECONDS", 30, 2, 3_600)),
        };
        settings.Require(
            options.LostAfter > options.RequestTimeout,
            "ORDER_LOST_SECONDS is not above ORDER_TIMEOUT_SECONDS, so an order that is still being sent would be given up. "
                + "Raise it."
        );
        return options;
    }
}
