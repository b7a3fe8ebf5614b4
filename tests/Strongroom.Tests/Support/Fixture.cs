using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Strongroom.Audit;
using Strongroom.Breaker;
using Strongroom.Resilience;

namespace Strongroom.Tests.Support;

/// <summary>
/// A composed manager whose clocks, backend and journal a test holds in its hands. Nothing runs behind it unless started.
/// </summary>
internal sealed class Fixture : IDisposable
{
    public static readonly SecretName KeyId = SecretName.Parse("alpaca/api_key_id");
    public static readonly SecretName SecretKey = SecretName.Parse("alpaca/api_secret_key");
    public static readonly SecretName Password = SecretName.Parse("database/password");
    public static readonly SecretName Note = SecretName.Parse("notes/writable");

    public const string Alpaca = "alpaca/credentials";

    public const string Declaration = """
        { "service": "test_service", "secrets": [
          { "name": "alpaca/api_key_id", "at": "alpaca/credentials#api_key_id", "bundle": "alpaca", "onLoss": "halt" },
          { "name": "alpaca/api_secret_key", "at": "alpaca/credentials#api_secret_key", "bundle": "alpaca", "onLoss": "halt" },
          { "name": "database/password" },
          { "name": "notes/writable", "access": ["write", "delete"], "required": false } ] }
        """;

    private readonly TemporaryFolder _folder = new();
    private TimeSpan _suspended;
    private TimeSpan _wallShift;
    private TimeSpan _monotonicShift;

    public Fixture(
        Action<StrongroomOptions>? configure = null,
        IEnumerable<IBundleProbe>? probes = null,
        ITripStore? trips = null,
        string? declaration = null,
        ProgrammableBackend? backend = null,
        TimeSpan? allEndsIn = null,
        int failuresToBreak = 5,
        UnreliableTripFile? localTrips = null,
        ILoggerProvider? logs = null
    )
    {
        Backend = backend ?? new ProgrammableBackend();
        var options = new StrongroomOptions { JournalDirectory = _folder.File("journal"), Operator = "tester" };
        configure?.Invoke(options);
        ElapsedClock = new ElapsedClock(new ShiftedTime(this), () =>
            ClockFault is null ? Time.GetUtcNow() - DateTimeOffset.UnixEpoch + _suspended : throw ClockFault
        );
        Runtime = new SecretManagerBuilder
        {
            Declaration = SecretDeclaration.Parse(declaration ?? Declaration),
            Backend = Backend,
            Options = options,
            Environment = DeploymentEnvironment.Test,
            Probes = () => probes ?? [],
            TripStore = trips is null ? null : () => trips,
            LocalTrips = path => localTrips?.Over(path) ?? (ILocalTripStore)new LocalTripFile(path),
            ExpiresAt = Time.GetUtcNow() + allEndsIn,
            Time = ElapsedClock.Time,
            ElapsedClock = ElapsedClock,
            // A pause between attempts would wait for the test's clock.
            Resilience = new ResilienceSettings { Attempts = 1, FailuresToBreak = failuresToBreak },
            Loggers = LoggerFactory.Create(logging =>
                logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log).AddProvider(logs ?? NullLoggerProvider.Instance)
            ),
        }.Build();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 14, 30, 0, TimeSpan.Zero));

    public ElapsedClock ElapsedClock { get; }

    /// <summary>Thrown when the time is asked for.</summary>
    public Exception? ClockFault { get; set; }

    public ProgrammableBackend Backend { get; }

    public StrongroomRuntime Runtime { get; }

    public ISecretManager Manager => Runtime.Manager;

    public ICredentialReports Reports => Runtime.Reports;

    public ICredentialBreaker Breaker => Runtime.Breaker;

    public CollectingLoggerProvider Log { get; } = new();

    public BundleState State(string bundle = "alpaca") => Manager.State.Bundles.Single(state => state.Bundle == bundle);

    /// <summary>Everything the journal holds, folded, as rows.</summary>
    public List<AccessRow> Rows()
    {
        Runtime.Trail.Journal.Fold();
        return Runtime.Trail.Journal.Unshipped(int.MaxValue);
    }

    public Task<SecretSet> PairAsync() => Manager.GetAsync([KeyId, SecretKey]).AsTask();

    /// <summary>Fetches everything and reads the trips, as a start does.</summary>
    public async Task StartAsync()
    {
        Assert.Empty(await Runtime.FetchRequiredAsync(CancellationToken.None));
        await Breaker.RefreshAsync(CancellationToken.None);
    }

    /// <summary>Lets time pass second by second, as the timers would, and waits for what each second began.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        for (var left = time; left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(1))
        {
            Time.Advance(left < TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1));
            await TickAsync();
        }
    }

    public async Task TickAsync()
    {
        await Runtime.Refresh.RoundAsync().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Runtime.Watch.Tick();
    }

    /// <summary>The machine sleeps: monotonic time stands still, boot time and the wall go on.</summary>
    public void Suspend(TimeSpan time)
    {
        _suspended += time;
        _wallShift += time;
    }

    /// <summary>The wall clock is set.</summary>
    public void SetWall(TimeSpan by) => _wallShift += by;

    /// <summary>The boot-time clock alone goes ahead.</summary>
    public void StepBoot(TimeSpan by) => _suspended += by;

    /// <summary>The monotonic clock alone goes ahead.</summary>
    public void StepMonotonic(TimeSpan by) => _monotonicShift += by;

    public void Dispose()
    {
        Runtime.Dispose();
        _folder.Dispose();
    }

    private sealed class ShiftedTime(Fixture fixture) : TimeProvider
    {
        public override long TimestampFrequency => fixture.Time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => fixture.Time.GetUtcNow() + fixture._wallShift;

        public override long GetTimestamp() =>
            fixture.Time.GetTimestamp() + (long)(fixture._monotonicShift.TotalSeconds * TimestampFrequency);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            fixture.Time.CreateTimer(callback, state, dueTime, period);
    }
}
