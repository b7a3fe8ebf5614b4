using Microsoft.AspNetCore.Builder;

namespace Strongroom.Testing;

/// <summary>
/// A broker on 127.0.0.1 that speaks Alpaca's trading and market data API, with simulated prices and a clock that the
/// caller moves. It places no real orders and calls no other service.
/// </summary>
public sealed class PaperBroker : IAsyncDisposable
{
    private readonly PaperBrokerOptions options;
    private readonly Exchange exchange;
    private readonly KeyRing keys = new();
    private readonly LoopbackServer server;

    private PaperBroker(PaperBrokerOptions options)
    {
        this.options = options;
        exchange = new Exchange(options);
        Clock = new BrokerClock(exchange);
        Faults = new FaultPlan(options.TimeProvider);
        server = new LoopbackServer(Configure, Faults, options.LoggerProvider);
        exchange.OpenAccount(PaperBrokerOptions.DefaultAccount);
    }

    /// <summary>The base address, for both trading and market data.</summary>
    public Uri Url => new($"http://127.0.0.1:{server.Port}");

    /// <summary>The broker's time.</summary>
    public BrokerClock Clock { get; }

    /// <summary>The faults that it injects.</summary>
    public FaultPlan Faults { get; }

    /// <summary>Counts of the received requests.</summary>
    public RequestCounts Requests { get; } = new();

    /// <summary>The value of the header <c>Paper-Control-Token</c> that moves the clock; null unless it is allowed.</summary>
    public string? ControlToken { get; private set; }

    /// <summary>Every order of every account in its current state.</summary>
    public IReadOnlyList<PaperOrder> Orders => exchange.Snapshot();

    /// <summary>Every attempt to place an order, in order of arrival, including rejected ones.</summary>
    public IReadOnlyList<OrderAttempt> OrderAttempts => exchange.Attempts();

    /// <summary>Starts a broker.</summary>
    /// <param name="options">The options; null uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidOperationException">The deployment is not a local or test one.</exception>
    /// <exception cref="ArgumentException">The options are invalid; all errors are listed.</exception>
    /// <exception cref="IOException">The port is in use.</exception>
    public static async Task<PaperBroker> StartAsync(
        PaperBrokerOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new PaperBrokerOptions();
        options.Validate();
        var broker = new PaperBroker(options);
        if (options.AllowControl)
            broker.ControlToken = KeyPair.RandomText(40, KeyPair.UpperCase);
        await broker.server.StartAsync(options.Port, cancellationToken);
        return broker;
    }

    /// <summary>Issues a key pair that is valid immediately, in addition to the account's others.</summary>
    /// <param name="account">The account; an unknown one is opened.</param>
    public KeyPair IssueKeyPair(string account = PaperBrokerOptions.DefaultAccount)
    {
        var pair = KeyPair.Fresh();
        AddKeyPair(pair, account);
        return pair;
    }

    /// <summary>Accepts an existing key pair.</summary>
    /// <param name="pair">The pair.</param>
    /// <param name="account">The account; an unknown one is opened.</param>
    public void AddKeyPair(KeyPair pair, string account = PaperBrokerOptions.DefaultAccount)
    {
        ArgumentNullException.ThrowIfNull(pair);
        ArgumentException.ThrowIfNullOrEmpty(pair.KeyId);
        ArgumentException.ThrowIfNullOrEmpty(pair.Secret);
        keys.Add(pair, exchange.OpenAccount(account));
    }

    /// <summary>Revokes a key pair from the next request on.</summary>
    /// <param name="keyId">Its id.</param>
    /// <returns>Whether it was valid.</returns>
    public bool Revoke(string keyId) => keys.Revoke(keyId);

    /// <summary>
    /// Denies access to a key pair from the next request on: 403 with a message and no code, as Alpaca does for some rejected
    /// credentials.
    /// </summary>
    /// <param name="keyId">Its id.</param>
    /// <returns>Whether it had access.</returns>
    public bool Forbid(string keyId) => keys.Forbid(keyId);

    /// <summary>Closes the port, so that connections are refused; accounts, orders and time are kept.</summary>
    public Task StopListeningAsync() => server.StopAsync();

    /// <summary>Opens the same port again.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task ListenAgainAsync(CancellationToken cancellationToken = default) =>
        server.StartAsync(server.Port, cancellationToken);

    /// <summary>Closes the port permanently.</summary>
    public ValueTask DisposeAsync() => server.DisposeAsync();

    // Outermost first: whose request, faults, gate, routes. A fault strikes before the gate, as a proxy's would.
    private void Configure(WebApplication app)
    {
        app.Use(Gate.RefuseForeignHostsAsync);
        app.UseFaults(Faults);
        app.Use(new Gate(keys, Requests, new RateLimit(options.RequestsPerMinute, options.TimeProvider)).PassAsync);
        var orders = new OrderRoutes(exchange);
        orders.Map(app);
        new AccountRoutes(exchange, orders, options.AllowShorting).Map(app);
        new MarketDataRoutes(exchange).Map(app);
        if (ControlToken is { } token)
            new ControlRoutes(exchange, Clock, token).Map(app);
        app.MapFallback(_ => throw Refusal.NotFound("endpoint not found"));
    }
}
