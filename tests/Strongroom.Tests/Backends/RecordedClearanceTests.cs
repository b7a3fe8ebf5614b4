using Strongroom.Audit;
using Strongroom.Breaker;
using Strongroom.Journaling;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Backends;

/// <summary>A clearance has one row, also where the process is killed between storing it and writing that.</summary>
public sealed class RecordedClearanceTests : IDisposable
{
    private static readonly TripRecord s_trip = new(
        Guid.NewGuid(),
        new TripScope("test", ""),
        "svc",
        "svc-1",
        "alpaca",
        "1",
        TripCause.Manual,
        "A test.",
        DateTimeOffset.UnixEpoch
    );

    private readonly TemporaryFolder _temporary = new();
    private readonly AuditedBackend _backend;

    public RecordedClearanceTests() =>
        _backend = new AuditedBackendBuilder
        {
            Backend = new ProgrammableBackend(),
            Options = new StrongroomOptions { JournalDirectory = _temporary.File("journal") },
            Environment = DeploymentEnvironment.Test,
            Service = "cli",
            Actor = "tester",
        }.Build();

    public void Dispose()
    {
        _backend.Trail.Journal.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public void Process_that_is_killed_before_the_row_leaves_one_that_says_unknown()
    {
        _ = _backend.ClearTripAsync(s_trip, () => new TaskCompletionSource().Task);
        Assert.Equal(AccessOutcome.Unknown, RowAfterDeath().Outcome);
    }

    [Fact]
    public async Task Clearance_that_was_stored_is_a_success()
    {
        await _backend.ClearTripAsync(s_trip, () => Task.CompletedTask);
        var row = RowAfterDeath();
        Assert.Equal(
            (AccessOutcome.Success, "alpaca", "1", s_trip.Id.ToString()),
            (row.Outcome, row.Name, row.Version, row.RequestId)
        );
    }

    [Theory]
    [InlineData(SecretErrorCode.TimedOut, AccessOutcome.Unknown)]
    [InlineData(SecretErrorCode.Sealed, AccessOutcome.Unavailable)]
    public async Task Clearance_that_failed_says_how(SecretErrorCode code, AccessOutcome outcome)
    {
        await Assert.ThrowsAsync<SecretUnavailableException>(() =>
            _backend.ClearTripAsync(s_trip, () => Task.FromException(new SecretUnavailableException(code, "away")))
        );
        var row = RowAfterDeath();
        Assert.Equal((outcome, code), (row.Outcome, row.Error));
    }

    private AccessRow RowAfterDeath()
    {
        _backend.Trail.Journal.Dispose();
        using var adopted = Journal.TryAdopt(
            JournalFolder.PathOf(_backend.JournalFolder, _backend.Instance),
            TimeProvider.System,
            out _
        )!;
        adopted.Close(AccessOutcome.Failed);
        return Assert.Single(adopted.Unshipped(100), row => row.Operation == AccessOperation.Clear);
    }
}
