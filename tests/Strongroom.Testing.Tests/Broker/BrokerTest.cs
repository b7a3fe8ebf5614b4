namespace Strongroom.Testing.Tests.Broker;

/// <summary>A broker and a caller with a valid pair, one for each test.</summary>
public abstract class BrokerTest : IAsyncLifetime
{
    private readonly List<AlpacaCaller> callers = [];

    private protected PaperBroker Broker { get; private set; } = null!;

    private protected KeyPair Pair { get; private set; } = null!;

    private protected AlpacaCaller Caller { get; private set; } = null!;

    private protected virtual PaperBrokerOptions Options => new();

    public async ValueTask InitializeAsync()
    {
        Broker = await PaperBroker.StartAsync(Options, TestContext.Current.CancellationToken);
        Pair = Broker.IssueKeyPair();
        Caller = CallerWith(Pair);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var caller in callers)
            caller.Dispose();
        await Broker.DisposeAsync();
    }

    private protected AlpacaCaller CallerWith(KeyPair? pair)
    {
        var caller = new AlpacaCaller(Broker.Url, pair);
        callers.Add(caller);
        return caller;
    }

    private protected Task AdvanceAsync(int bars = 1) => Broker.Clock.AdvanceAsync(bars, TestContext.Current.CancellationToken);

    private protected async Task<decimal> LastPriceAsync(string symbol)
    {
        var answer = await Caller.GetAsync($"/v2/stocks/{symbol}/trades/latest");
        return answer.Json.GetProperty("trade").GetProperty("p").GetDecimal();
    }
}
