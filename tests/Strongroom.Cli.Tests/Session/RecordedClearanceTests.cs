using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Audit;
using Strongroom.Breaker;
using Strongroom.Cli.Commands;
using Strongroom.Journaling;

namespace Strongroom.Cli.Tests.Session;

/// <summary>A clearance has one row, also where the command is killed between storing it and writing that.</summary>
public sealed class RecordedClearanceTests : IDisposable
{
    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("strongroom-clearance-");
    private readonly JournalFolder _folder;
    private readonly Journal _journal;
    private readonly AuditTrail _trail;

    public RecordedClearanceTests()
    {
        _folder = JournalFolder.Open(Path.Combine(_temporary.FullName, "journal"), mustLast: false);
        var owner = new InstanceRow("cli-1", Guid.NewGuid(), "cli", "test", "env", "host", 1, "tester", DateTimeOffset.UnixEpoch);
        _journal = _folder.Create(owner, TimeProvider.System, null, new JournalCapacity(4, 64));
        _trail = new AuditTrail(_journal, required: true, TimeProvider.System, NullLogger.Instance);
    }

    public void Dispose()
    {
        _journal.Dispose();
        _temporary.Delete(recursive: true);
    }

    [Fact]
    public void Command_that_is_killed_before_the_row_leaves_one_that_says_unknown()
    {
        _ = BreakerCommand.RecordedAsync(_trail, s_trip, () => new TaskCompletionSource().Task);
        Assert.Equal(AccessOutcome.Unknown, RowAfterDeath().Outcome);
    }

    [Fact]
    public async Task Clearance_that_was_stored_is_a_success()
    {
        await BreakerCommand.RecordedAsync(_trail, s_trip, () => Task.CompletedTask);
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
            BreakerCommand.RecordedAsync(_trail, s_trip, () => Task.FromException(new SecretUnavailableException(code, "away")))
        );
        var row = RowAfterDeath();
        Assert.Equal((outcome, code), (row.Outcome, row.Error));
    }

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

    private AccessRow RowAfterDeath()
    {
        _journal.Dispose();
        using var adopted = Journal.TryAdopt(JournalFolder.PathOf(_folder.Path, _journal.Owner), TimeProvider.System, out _)!;
        adopted.Close(AccessOutcome.Failed);
        return Assert.Single(adopted.Unshipped(100), row => row.Operation == AccessOperation.Clear);
    }
}
