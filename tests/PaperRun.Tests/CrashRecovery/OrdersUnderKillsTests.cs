using System.Globalization;
using Strongroom.Testing;

namespace PaperRun.Tests.CrashRecovery;

/// <summary>Services that die at any instant: no order may be doubled, and none may be known to one side only.</summary>
public sealed class OrdersUnderKillsTests
{
    private const int WarmUpBars = 30;
    private const int CyclesLeft = 350;
    private static readonly int s_orders = TestLength.Of(whole: 200, share: 60);
    private static readonly int s_kills = TestLength.Of(whole: 12, share: 4);
    private static readonly string[] s_symbols = ["AAPL", "AMZN", "GOOG", "MSFT", "NVDA", "QQQ", "SPY", "TSLA"];
    private static readonly TimeSpan s_leastLimit = TimeSpan.FromSeconds(120);
    private const int StartsInLimit = 25;
    private static readonly TimeSpan s_cycleLimit = TimeSpan.FromSeconds(60);

    // Several times what it takes to give up an order that never arrived.
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(60);

    [Fact]
    [Trait("length", "long")]
    public async Task Services_killed_at_random_instants_leave_a_database_that_agrees_with_the_brokers_book_order_by_order()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("KILL_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();
        await using var platform = await SupervisedPlatform.StartAsync(new Dictionary<string, string>());
        var broker = platform.Broker;
        await broker.Clock.AdvanceAsync(WarmUpBars);
        Assert.True(await platform.Calls.StartRunAsync(Guid.CreateVersion7(), s_symbols, CyclesLeft));

        var limit = platform.StartTime * StartsInLimit is var slow && slow > s_leastLimit ? slow : s_leastLimit;
        var killer = new Killer(platform, seed);
        // The sharpest instant: the broker has an order's bytes, and the gateway has no answer.
        broker.Faults.Add(
            Fault.Reset(),
            new FaultTrigger
            {
                Method = "POST",
                PathPrefix = "/v2/orders",
                Matches = _ => killer.MayStrikeGateway(),
            }
        );
        using var enough = new CancellationTokenSource();
        var kills = killer.RunAsync(enough.Token);
        var began = TimeProvider.System.GetTimestamp();
        for (var done = 0; broker.Orders.Count < s_orders || killer.Kills < s_kills; done++)
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(began) < limit,
                $"Seed {seed}: {broker.Orders.Count} orders and {killer.Kills} kills in {limit.TotalSeconds:0} s."
            );
            await platform.UntilAsync($"cycle {done + 1} is done (seed {seed})", s_cycleLimit, async () =>
                await platform.Records.CyclesDoneAsync() > done
            );
            killer.CycleDone();
            await broker.Clock.AdvanceAsync();
        }
        await enough.CancelAsync();
        await kills;
        broker.Faults.Clear();

        IReadOnlyList<string> differences = [];
        try
        {
            await platform.UntilAsync("both books agree", s_quiet, async () =>
                (differences = Compare(broker.Orders, await platform.Records.OrdersAsync())).Count == 0
            );
        }
        finally
        {
            Assert.True(differences.Count == 0, $"Seed {seed}, {killer.Told}:\n{string.Join('\n', differences)}");
        }
        var doubled = broker
            .OrderAttempts.Where(attempt => attempt.Status < 300)
            .GroupBy(attempt => attempt.ClientOrderId)
            .Where(group => group.Count() > 1)
            .Select(group => group.Key);
        Assert.True(!doubled.Any(), $"Seed {seed}, twice at the broker: {string.Join(", ", doubled)}");
        Assert.True(broker.Orders.Count >= s_orders);
        Assert.True(platform.OwnEnds.Count == 0, $"Seed {seed}, {killer.Told}:\n{string.Join('\n', platform.OwnEnds)}");
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"Seed {seed}, {killer.Told}; {broker.Orders.Count} orders, {broker.OrderAttempts.Count} attempts, "
                + $"{TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s."
        );
    }

    private static IReadOnlyList<string> Compare(IReadOnlyList<PaperOrder> atBroker, IReadOnlyList<BookedOrder> booked)
    {
        var differences = atBroker
            .GroupBy(order => order.ClientOrderId, StringComparer.Ordinal)
            .Where(group => group.Count() > 1)
            .Select(group => $"{group.Key} is at the broker {group.Count()} times")
            .ToList();
        var rows = booked.ToLookup(row => row.ClientOrderId, StringComparer.Ordinal);
        foreach (var order in atBroker)
        {
            var state = order.Status == "accepted" ? "new" : order.Status;
            var expected = (order.Symbol, order.Side, order.Quantity, state, order.FilledQuantity);
            var known = rows[order.ClientOrderId]
                .Select(row => (row.Symbol, row.Side, (decimal?)row.Quantity, row.State, row.Filled))
                .ToList();
            if (known.Count != 1 || known[0] != expected)
                differences.Add(
                    $"{order.ClientOrderId}: the broker has {expected}, the database has {string.Join(" and ", known)}"
                );
        }
        var ids = atBroker.Select(order => order.ClientOrderId).ToHashSet(StringComparer.Ordinal);
        differences.AddRange(
            booked
                .Where(row => !ids.Contains(row.ClientOrderId) && !DatabaseRecords.NeverAtTheBroker.Contains(row.State))
                .Select(row => $"{row.ClientOrderId}: not at the broker, and {row.State} in the database")
        );
        return differences;
    }
}
