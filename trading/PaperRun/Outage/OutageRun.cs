using System.Globalization;
using PaperRun.Day;
using PaperRun.Runs;
using PaperRun.Services;
using Strongroom.Testing;

namespace PaperRun.Outage;

/// <summary>
/// A real outage of the whole budget, with real processes: the platform trades, the backend goes away, the effects of the budget
/// come one after the other, the backend comes back, an operator clears the trip. Writes <c>outage.csv</c> and <c>outage.svg</c>.
/// </summary>
internal sealed class OutageRun(RunningPlatform run, VaultServer vault, OutageOptions options) : IDisposable
{
    private const string Gateway = "execution_gateway";

    private readonly ServiceHealthReader _health = new(run.Platform);
    private readonly List<OutageSample> _samples = [];
    private readonly long _began = TimeProvider.System.GetTimestamp();
    private bool _isUp = true;

    private TimeSpan Now => TimeProvider.System.GetElapsedTime(_began);

    internal async Task RunAsync(PaperRunOptions day, CancellationToken ct)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await run.Broker.Clock.AdvanceAsync(PaperRunOptions.WarmUpBars, ct);
        await new TradingDay(run.Broker, run.Platform, run.Secrets, day, DayProgress.OnStandardError()).StartAsync(ct);
        var market = run.Broker.Clock.RunAsync(TimeSpan.FromMinutes(1) / options.Bar, TimeProvider.System, end.Token);

        await WatchAsync("The platform trades", options.Margin, ct);
        await vault.StopListeningAsync();
        _isUp = false;
        await WatchAsync("The backend is away", options.Away, ct);
        await vault.ListenAgainAsync(ct);
        _isUp = true;
        await WatchAsync("The backend is back, and the trip stays", options.Margin, ct);
        await ClearAsync(ct);
        await WatchAsync("The operator has cleared the trip", options.Margin, ct);

        await end.CancelAsync();
        await market;
        await File.WriteAllLinesAsync(Path.Combine(run.Folder.Path, "outage.csv"), Csv(), ct);
        await File.WriteAllTextAsync(Path.Combine(run.Folder.Path, "outage.svg"), OutagePicture.Draw(_samples, options), ct);
    }

    public void Dispose() => _health.Dispose();

    private async Task WatchAsync(string what, TimeSpan length, CancellationToken ct)
    {
        OperatorConsole.Say($"{what} ({length:c}).");
        var until = Now + length;
        var told = "";
        using var timer = new PeriodicTimer(options.Look, TimeProvider.System);
        while (Now < until && await timer.WaitForNextTickAsync(ct))
        {
            var gateway = await _health.ReadAsync(Gateway, ct);
            var orders = run.Broker.Orders;
            _samples.Add(
                new OutageSample(
                    Now,
                    _isUp,
                    gateway.Permission,
                    gateway.BudgetLeft,
                    orders.Count,
                    orders.Count(order => order.IsOpen)
                )
            );
            if (gateway.Permission != told)
                OperatorConsole.Say(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Now:c} {Gateway}: {told = gateway.Permission}, {gateway.BudgetLeft.TotalSeconds:0} s of budget "
                            + $"left, {orders.Count} orders, {orders.Count(order => order.IsOpen)} working"
                    )
                );
        }
    }

    // Each service clears what it knows of; a trip that another has cleared is gone by then.
    private async Task ClearAsync(CancellationToken ct)
    {
        foreach (var trip in (await _health.ReadAsync(Gateway, ct)).Trips)
        {
            OperatorConsole.Say($"{Now:c} an operator clears trip {trip}");
            await _health.ClearAsync(Gateway, trip, "the outage is over and the credential is the broker's", ct);
        }
    }

    private IEnumerable<string> Csv() =>
        _samples
            .Select(s =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{s.At.TotalSeconds:0.0},{(s.BackendIsUp ? 1 : 0)},{s.Permission},{s.BudgetLeft.TotalSeconds:0.0},"
                        + $"{s.Orders},{s.Working}"
                )
            )
            .Prepend("seconds,backend_up,permission,budget_left_seconds,orders,working_orders");
}
