using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Strongroom.Breaker;
using Strongroom.Telemetry;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Telemetry;

/// <summary>No log provider, whether it throws or hangs, keeps anything from being done.</summary>
public sealed class ResilientLoggerTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Log_provider_that_hangs_keeps_no_value_from_ending_and_no_trip_from_being_stored()
    {
        var (database, file) = (new InMemoryTripStore(), new UnreliableTripFile());
        using var logs = new UnrulyLogs { Hangs = true };
        await Task.Run(async () =>
            {
                using var fixture = new Fixture(trips: database, localTrips: file, logs: logs);
                await fixture.StartAsync();
                fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
                fixture.Backend.Fail("database/password", SecretErrorCode.Unreachable);
                await fixture.PassAsync(TimeSpan.FromMinutes(61));
                await fixture.Runtime.Recording;

                var trip = Assert.Single(fixture.Breaker.Uncleared);
                Assert.Equal((TripCause.Expired, CredentialPermission.Halted), (trip.Cause, fixture.Breaker.Permission));
                Assert.All(fixture.Manager.State.Bundles.Where(bundle => bundle.Required), bundle => Assert.Null(bundle.Version));
                Assert.Equal([trip], database.Trips);
                Assert.Equal([trip], await file.File.ListUnclearedAsync(trip.Scope, CancellationToken.None));
                Assert.True(await fixture.Breaker.ClearAsync(trip.Id, "operator", "fixed", CancellationToken.None));
            })
            .WaitAsync(s_limit, TimeProvider.System);
        Assert.True(logs.Asked > 0);
    }

    [Fact]
    public void Words_are_said_before_who_says_them_goes_on_and_in_his_scope()
    {
        var scope = new AsyncLocal<string>();
        var said = new List<string?>();
        using var logs = new UnrulyLogs { Told = () => said.Add(scope.Value) };
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(logs));
        var logger = ResilientLogger.Create(loggers);
        for (var i = 0; i < 3; i++)
        {
            scope.Value = $"{i}";
            Log.BreakGlass(logger, "ada", DateTimeOffset.UnixEpoch, "a test");
            Assert.Equal(i + 1, said.Count);
        }
        Assert.Equal(["0", "1", "2"], said);
    }

    [Fact]
    public async Task Words_that_waited_for_a_provider_that_hung_are_said_once_it_goes_on_and_not_without_end()
    {
        using var logs = new UnrulyLogs { Hangs = true };
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(logs));
        var logger = ResilientLogger.Create(loggers);
        Log.BreakGlass(logger, "ada", DateTimeOffset.UnixEpoch, "a test");
        await Waiting.UntilAsync(() => logs.Asked == 1);
        for (var i = 1; i < 5000; i++)
            Log.BreakGlass(logger, "ada", DateTimeOffset.UnixEpoch, "a test");
        Assert.Equal(1, logs.Asked);

        logs.GoOn();
        await Waiting.UntilAsync(() => logs.Asked == 1001);
        // The provider may still be leaving the last of them, and this one then waits for it.
        Log.BreakGlass(logger, "ada", DateTimeOffset.UnixEpoch, "a test");
        await Waiting.UntilAsync(() => logs.Asked == 1002);
    }

    [Fact]
    public void Log_provider_that_uses_Strongroom_itself_does_not_wait()
    {
        ILogger? logger = null;
        var depth = 0;
        using var logs = new UnrulyLogs
        {
            Told = () =>
            {
                if (++depth == 1)
                    Log.BreakGlass(logger!, "ada", DateTimeOffset.UnixEpoch, "a test");
            },
        };
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(logs));
        logger = ResilientLogger.Create(loggers);
        Log.BreakGlass(logger, "ada", DateTimeOffset.UnixEpoch, "a test");
        Assert.Equal(2, depth);
    }

    [Fact]
    public void Backend_is_given_loggers_that_do_not_throw()
    {
        using var logs = new UnrulyLogs { Told = () => throw new IOException("The log's disk is full.") };
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(logs));
        var context = new BackendContext
        {
            Options = new StrongroomOptions(),
            Configuration = new ConfigurationBuilder().Build(),
            Environment = DeploymentEnvironment.Test,
            Time = TimeProvider.System,
            Loggers = loggers,
        };
        Log.BreakGlass(context.Loggers.CreateLogger("Strongroom.Vault"), "ada", DateTimeOffset.UnixEpoch, "a test");
        Assert.Equal(1, logs.Asked);
    }

    private sealed class UnrulyLogs : ILoggerProvider, ILogger
    {
        private readonly ManualResetEventSlim _goOn = new();
        private int _asked;

        public bool Hangs { get; init; }

        public Action Told { get; init; } = () => { };

        public int Asked => Volatile.Read(ref _asked);

        public void GoOn() => _goOn.Set();

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
        )
        {
            Interlocked.Increment(ref _asked);
            Told();
            if (Hangs)
                _goOn.Wait();
        }

        public void Dispose() => _goOn.Set();
    }
}
