using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ExecutionGateway.Orders;
using Strongroom.Breaker;
using Strongroom.Testing;
using Trading.Contracts;

namespace Trading.Tests.ExecutionGateway;

/// <summary>
/// Random days of the gateway against a real broker: answers are lost, look-ups are late or silent, orders fill between two
/// reads, and trading is halted at any moment. Whatever happens: an order is on the book once at most, none is written off that
/// is there, and no position is opened while trading is halted.
/// </summary>
public sealed class OrderModelTests
{
    private const int Steps = 60;
    private const string LookUp = "/v2/orders:by_client_order_id";
    private const string Missing = """{"code":40410000,"message":"order not found"}""";
    private static readonly string[] s_symbols = ["AAPL", "MSFT"];
    private static readonly HashSet<OrderState> s_writtenOff = [OrderState.Rejected, OrderState.Refused, OrderState.Lost];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 24)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Orders_under_lost_answers_silent_look_ups_fills_between_reads_and_halts_keep_the_book(int seed)
    {
        await using var gateway = await Gateway.StartAsync();
        using var owner = gateway.CreateOwner();
        var random = new Random(seed);
        var sent = new List<SubmitOrder>();
        var lagging = new HashSet<string>(StringComparer.Ordinal);
        var onTheBookAtHalt = new HashSet<string>(StringComparer.Ordinal);
        var told = new StringBuilder();

        for (var step = 0; step < Steps; step++)
        {
            var what = random.Next(12);
            told.Append(CultureInfo.InvariantCulture, $" {what}");
            switch (what)
            {
                case 0 or 1 or 2 or 3:
                    Add(NewOrder(random));
                    await TryAsync(() => gateway.SubmitAsync(sent[^1]));
                    break;
                case 4 when sent.Count > 0:
                    await TryAsync(() => gateway.SubmitAsync(sent[random.Next(sent.Count)]));
                    break;
                case 5 when sent.Count > 0:
                    await TryAsync(() => gateway.Service.CancelAsync(sent[random.Next(sent.Count)].ClientOrderId, Ct));
                    break;
                case 6:
                    await TryAsync(async () =>
                    {
                        await gateway.Service.ReconcileAsync(Ct);
                        return 0;
                    });
                    break;
                case 7:
                    // A broker that lags has caught up by the time that two misses may lie apart.
                    gateway.Broker.Faults.Clear();
                    lagging.Clear();
                    gateway.Time.Advance(TimeSpan.FromSeconds(random.Next(1, 40)));
                    await gateway.Broker.Clock.AdvanceAsync(1, Ct);
                    break;
                case 8 or 9:
                    gateway.Broker.Faults.Add(
                        AtOrder(random),
                        new FaultTrigger
                        {
                            Method = "POST",
                            PathPrefix = "/v2/orders",
                            Times = 1,
                        }
                    );
                    gateway.Broker.Faults.Add(
                        random.Next(3) > 0 ? Fault.Status(404, Missing) : Fault.Reset(),
                        new FaultTrigger
                        {
                            Matches = request =>
                                request.Path.Value == LookUp && lagging.Contains(request.Query["client_order_id"].ToString()),
                            Times = random.Next(4),
                        }
                    );
                    break;
                case 10 when await HeldAsync(owner) is var (symbol, quantity):
                    // Closed twice, and the first fills while the second is decided on.
                    var side = quantity > 0 ? OrderSide.Sell : OrderSide.Buy;
                    Add(Gateway.Order(symbol, side, Math.Abs(quantity)));
                    await TryAsync(() => gateway.SubmitAsync(sent[^1]));
                    FillAfterNext(gateway, "/v2/positions");
                    Add(Gateway.Order(symbol, side, Math.Abs(quantity)));
                    await TryAsync(() => gateway.SubmitAsync(sent[^1]));
                    break;
                case 11:
                    gateway.Breaker.Permission =
                        gateway.Breaker.Permission == CredentialPermission.All
                            ? CredentialPermission.Halted
                            : CredentialPermission.All;
                    onTheBookAtHalt = [.. gateway.Broker.Orders.Select(order => order.ClientOrderId)];
                    break;
            }
            await RequireAsync(gateway, owner, sent, onTheBookAtHalt, $"seed {seed}, steps{told}");
        }

        void Add(SubmitOrder order)
        {
            sent.Add(order);
            lagging.Add(order.ClientOrderId);
        }

        // Once everything answers, both sides know the same.
        gateway.Broker.Faults.Clear();
        gateway.Answered = null;
        await gateway.Service.ReconcileAsync(Ct);
        foreach (var order in gateway.Broker.Orders)
            Assert.Equal(order.IsOpen, (await gateway.FindAsync(order.ClientOrderId)).IsWorking);
    }

    private static async Task RequireAsync(
        Gateway gateway,
        HttpClient owner,
        List<SubmitOrder> sent,
        HashSet<string> onTheBookAtHalt,
        string story
    )
    {
        var book = gateway.Broker.Orders.Select(order => order.ClientOrderId).ToList();
        Assert.True(book.Count == book.Distinct(StringComparer.Ordinal).Count(), $"An order is on the book twice: {story}");
        Assert.True(
            gateway
                .Broker.OrderAttempts.Where(attempt => attempt.Status == 200)
                .GroupBy(attempt => attempt.ClientOrderId)
                .All(taken => taken.Count() == 1),
            $"An order was taken twice: {story}"
        );
        foreach (var order in sent.Where(order => book.Contains(order.ClientOrderId, StringComparer.Ordinal)))
            Assert.False(
                s_writtenOff.Contains((await gateway.FindAsync(order.ClientOrderId)).State),
                $"An order is on the book and written off: {story}"
            );
        if (gateway.Breaker.Permission == CredentialPermission.All)
            return;
        var orders = await owner.GetFromJsonAsync<JsonElement>("/v2/orders?status=all&limit=500", Ct);
        Assert.DoesNotContain(orders.EnumerateArray(), order =>
            !onTheBookAtHalt.Contains(order.GetProperty("client_order_id").GetString()!)
            && order.GetProperty("position_intent").GetString()!.EndsWith("_to_open", StringComparison.Ordinal)
        );
    }

    private static SubmitOrder NewOrder(Random random) =>
        Gateway.Order(
            s_symbols[random.Next(s_symbols.Length)],
            random.Next(2) == 0 ? OrderSide.Buy : OrderSide.Sell,
            random.Next(1, 4) * 5,
            random.Next(4) == 0 ? 5 : null
        );

    private static Fault AtOrder(Random random) =>
        random.Next(6) switch
        {
            0 or 1 => Fault.ResetAfterWork(),
            2 => Fault.Reset(),
            3 => Fault.HalfBody(),
            4 => Fault.Status(503),
            _ => Fault.Status(403, """{"code":40310000,"message":"insufficient buying power"}"""),
        };

    private static async Task<(string Symbol, decimal Quantity)?> HeldAsync(HttpClient owner)
    {
        var positions = await owner.GetFromJsonAsync<JsonElement>("/v2/positions", Ct);
        return positions
            .EnumerateArray()
            .Select(position =>
                ((string, decimal)?)
                    (
                        position.GetProperty("symbol").GetString()!,
                        decimal.Parse(position.GetProperty("qty").GetString()!, CultureInfo.InvariantCulture)
                    )
            )
            .FirstOrDefault();
    }

    /// <summary>After the next answer of that route, all that can fill does, and the gateway writes it down.</summary>
    private static void FillAfterNext(Gateway gateway, string path) =>
        gateway.Answered = async request =>
        {
            if (request.RequestUri!.AbsolutePath != path)
                return;
            gateway.Answered = null;
            await gateway.Broker.Clock.AdvanceAsync(1, Ct);
            foreach (var row in await gateway.Store.WorkingAsync(Ct))
            {
                if (
                    gateway.Broker.Orders.FirstOrDefault(order => order.ClientOrderId == row.Report.ClientOrderId) is
                    { Status: "filled" } filled
                )
                    await gateway.Store.AppendAsync(
                        row,
                        new OrderEvent(OrderState.Filled, $"{filled.Id}", filled.FilledQuantity, filled.FilledAveragePrice, null),
                        Ct
                    );
            }
        };

    /// <summary>That the broker cannot be asked now is told to the caller, and changes nothing.</summary>
    private static async Task TryAsync<T>(Func<Task<T>> call)
    {
        try
        {
            await call();
        }
        catch (HttpRequestException)
        {
            // Said so.
        }
    }
}
