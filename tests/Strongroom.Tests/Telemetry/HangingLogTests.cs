using Microsoft.Extensions.Logging;
using Strongroom.Breaker;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Telemetry;

/// <summary>A log that hangs, as a pipe without a reader does: messages wait, and nothing that protects the money does.</summary>
public sealed class HangingLogTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Trip_of_another_process_halts_this_one_though_its_log_hangs()
    {
        using var logs = new HangingLogs();
        var trips = new InMemoryTripStore();
        using var here = new Fixture(trips: trips, logs: logs);
        using var there = new Fixture(trips: trips);
        await here.StartAsync();
        await there.StartAsync();
        logs.Hang();
        await here.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "Hangs at its words.", s_ct).AsTask().WaitAsync(s_limit);
        var trip = await there.Breaker.TripAsync(TripCause.Manual, "alpaca", "2", "A test.", s_ct);

        await here.Breaker.RefreshAsync(s_ct).AsTask().WaitAsync(s_limit);

        Assert.Contains(here.Breaker.Uncleared, known => known.Id == trip.Id);
        Assert.Equal(2, trips.Trips.Count);
    }

    [Fact]
    public async Task Rejection_stops_opening_and_is_settled_though_the_log_hangs()
    {
        using var logs = new HangingLogs();
        using var fixture = new Fixture(logs: logs);
        await fixture.StartAsync();
        var used = await fixture.PairAsync();
        logs.Hang();

        Assert.Equal(
            RejectionOutcome.Suspect,
            await Task.Run(() => fixture.Reports.ReportRejectedAsync(used).AsTask(), s_ct).WaitAsync(s_limit)
        );

        Assert.Equal(CredentialPermission.Restricted, fixture.Breaker.Permission);
    }

    [Fact]
    public async Task Fetch_and_loss_go_on_though_the_log_hangs()
    {
        using var logs = new HangingLogs();
        using var fixture = new Fixture(logs: logs);
        await fixture.StartAsync();
        logs.Hang();
        fixture.Backend.Rotate(Fixture.Alpaca);
        Assert.Empty(await Task.Run(() => fixture.Runtime.RefreshAsync(s_ct).AsTask(), s_ct).WaitAsync(s_limit));
        Assert.Equal("2", (await fixture.PairAsync())[0].Version.Id);

        fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        await Task.Run(() => fixture.PassAsync(TimeSpan.FromMinutes(61)), s_ct).WaitAsync(s_limit);
        Assert.Equal(TripCause.Expired, Assert.Single(fixture.Breaker.Uncleared).Cause);
    }

    [Fact]
    public async Task Lines_that_waited_are_written_in_their_order_once_the_log_goes_on()
    {
        using var logs = new HangingLogs();
        using var fixture = new Fixture(logs: logs);
        await fixture.StartAsync();
        logs.Hang();
        var trip = await fixture.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "A test.", s_ct).AsTask().WaitAsync(s_limit);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await fixture.Breaker.ClearAsync(trip.Id, "operator", "fixed", s_ct));
        logs.GoOn();
        await fixture.Breaker.TripAsync(TripCause.Manual, "alpaca", "2", "A test.", s_ct);

        // The last one may wait for those before it, though the log goes on.
        int[] Told() => [.. fixture.Log.Entries.Select(entry => entry.Id.Id).Where(id => id is 1020 or 1021)];
        await Waiting.UntilAsync(() => Told().Length == 3);
        Assert.Equal([1020, 1021, 1020], Told());
    }

    private sealed class HangingLogs : ILoggerProvider, ILogger
    {
        private readonly ManualResetEventSlim _goesOn = new(true);

        public void Hang() => _goesOn.Reset();

        public void GoOn() => _goesOn.Set();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => _goesOn.Wait();

        public void Dispose() => _goesOn.Set();
    }
}
