namespace Strongroom.Testing;

/// <summary>
/// The broker's own time: market days of 390 one-minute bars from 09:30 to 16:00 in New York. It does not move until it
/// is advanced; nights and weekends take no time.
/// </summary>
public sealed class BrokerClock
{
    private readonly Exchange exchange;

    internal BrokerClock(Exchange exchange) => this.exchange = exchange;

    /// <summary>Bars of one market day.</summary>
    public const int BarsPerDay = MarketMoment.BarsPerDay;

    /// <summary>The present trading day.</summary>
    public DateOnly TradingDate => exchange.Moment.Day;

    /// <summary>Complete bars of the present day, 0 to 390.</summary>
    public int BarsCompleted => exchange.Moment.BarsCompleted;

    /// <summary>Whether the market is open. It is closed only between the last bar of a day and the first of the next.</summary>
    public bool IsOpen => exchange.Moment.IsOpen;

    /// <summary>The present instant, always on a whole minute.</summary>
    public DateTimeOffset Now => exchange.Moment.Now;

    /// <summary>The opening of the next market day.</summary>
    public DateTimeOffset NextOpen => exchange.Moment.NextOpen;

    /// <summary>The next closing.</summary>
    public DateTimeOffset NextClose => exchange.Moment.NextClose;

    /// <summary>Completes bars, filling orders on the way. Past the end of a day the next one begins.</summary>
    /// <param name="bars">How many.</param>
    /// <param name="cancellationToken">Ends it between two bars.</param>
    public Task AdvanceAsync(int bars = 1, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bars);
        for (; bars > 0; bars--)
        {
            cancellationToken.ThrowIfCancellationRequested();
            exchange.CompleteBar();
        }
        return Task.CompletedTask;
    }

    /// <summary>Completes the rest of the present day, so that the market is closed.</summary>
    /// <param name="cancellationToken">Ends it between two bars.</param>
    public Task AdvanceToCloseAsync(CancellationToken cancellationToken = default) =>
        AdvanceAsync(BarsPerDay - BarsCompleted, cancellationToken);

    /// <summary>Completes one bar per minute of <paramref name="timeProvider"/>, sped up, until it is cancelled.</summary>
    /// <param name="acceleration">How many market minutes pass in one minute.</param>
    /// <param name="timeProvider">The time that passes.</param>
    /// <param name="cancellationToken">Ends it, without an exception.</param>
    public async Task RunAsync(double acceleration, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(acceleration);
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1) / acceleration, timeProvider);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
                exchange.CompleteBar();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Being ended is how it ends.
        }
    }
}
