using Microsoft.Extensions.Time.Testing;
using Strongroom.Audit;
using Strongroom.AuditLayers;
using Strongroom.Backends;
using Strongroom.Journaling;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Journaling;

/// <summary>What callers repeat or make long fills no journal; what is at an end says so.</summary>
public sealed class AuditTrailTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly CollectingLoggerProvider _log = new();
    private readonly Journal _journal;
    private readonly AuditTrail _trail;

    public AuditTrailTests()
    {
        var owner = new InstanceRow("svc-1", Guid.NewGuid(), "svc", "test", "env", "host", 1, "tester", _time.GetUtcNow());
        _journal = Journal.Create(_folder.File("a.journal"), owner, _time, 64, 128);
        _trail = new AuditTrail(_journal, required: true, _time, _log);
    }

    public void Dispose()
    {
        _journal.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Text_of_any_length_is_cut_before_the_journal_is_held_and_nowhere_kept_whole()
    {
        var longText = new string('ä', 200_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++)
        {
            _trail.Require(
                _journal.About(AccessOperation.List, AccessOutcome.Success) with
                {
                    Name = longText,
                    RequestId = longText,
                    Version = longText,
                    Backend = longText,
                }
            );
            _trail.RecordFailure(
                _journal.About(AccessOperation.Get, AccessOutcome.Refused) with
                {
                    Name = longText,
                    Version = longText,
                }
            );
        }
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);

        var row = _journal.Unshipped(100).First(row => row.Operation == AccessOperation.List);
        Assert.Equal((256, 32, 64, 8), (row.Name.Length, row.Version.Length, row.RequestId.Length, row.Backend.Length));
        Assert.All(_trail.Tally(), count => Assert.True(count.Name.Length <= SecretName.MaxLength));
    }

    [Fact]
    public void Equal_refreshes_within_a_minute_are_counted_and_one_in_its_turn_is_a_row()
    {
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 1000; i++)
                _trail.RequireOrCount(Refresh("1"));
            _time.Advance(TimeSpan.FromMinutes(5));
        }
        _trail.RequireOrCount(Refresh("2"));
        Assert.Equal(5, _journal.Pending);

        _journal.Fold();
        var rows = _journal.Unshipped(100).Where(row => row.Operation == AccessOperation.Refresh).ToList();
        Assert.Equal(3000, rows.Where(row => row.Version == "1").Sum(row => row.AccessCount));
        Assert.Equal(1, rows.Where(row => row.Version == "2").Sum(row => row.AccessCount));
        Assert.Equal(3001, _trail.Tally().Where(count => count.Source == AccessSource.Backend).Sum(count => count.Count));
    }

    [Fact]
    public void Refresh_that_finds_no_room_is_counted_and_not_refused()
    {
        while (_journal.TryAppend(_journal.About(AccessOperation.Fetch, AccessOutcome.Success))) { }
        _trail.RequireOrCount(Refresh("1"));
        Assert.False(_trail.IsRefusing);

        _journal.MarkShipped(_journal.Unshipped(1000)[^1].Sequence);
        _journal.Fold();
        Assert.Equal(
            1,
            _journal.Unshipped(100).Where(row => row.Operation == AccessOperation.Refresh).Sum(row => row.AccessCount)
        );
    }

    [Fact]
    public void Failures_of_one_version_are_counted_each_version_for_itself()
    {
        for (var i = 0; i < 1000; i++)
        {
            _trail.RecordFailure(Failure("1"));
            _trail.RecordFailure(Failure("2"));
        }
        Assert.Equal(3, _journal.Pending);

        _journal.Fold();
        var rows = _journal
            .Unshipped(100)
            .Where(row => row.Outcome == AccessOutcome.NotFound)
            .ToLookup(row => row.Version, row => row.AccessCount);
        Assert.Equal((1000, 1000), (rows["1"].Sum(), rows["2"].Sum()));
    }

    [Fact]
    public void Failure_after_a_long_quiet_is_a_row_again_where_its_counter_was_wanted()
    {
        for (var version = 0; version < 1000; version++)
            _trail.RecordFailure(Failure($"{version}"));
        _time.Advance(TimeSpan.FromMinutes(10));
        _trail.RecordFailure(Failure("new"));
        Assert.Contains(_journal.Unshipped(1000), row => row.Version == "new");
        _journal.Fold();
        Assert.Equal(
            1001,
            _journal.Unshipped(1000).Where(row => row.Outcome == AccessOutcome.NotFound).Sum(row => row.AccessCount)
        );
    }

    [Fact]
    public void Access_after_the_end_of_the_journal_is_refused_as_that_and_is_no_gap()
    {
        _journal.Close(AccessOutcome.Success);
        var late = Assert.Throws<SecretAuditFailedException>(() =>
            _trail.Require(_journal.About(AccessOperation.Get, AccessOutcome.Success))
        );
        Assert.Contains("the process is ending", late.Message, StringComparison.Ordinal);
        Assert.Equal(0, _log.Count(1300));
        Assert.False(_trail.IsRefusing);
    }

    [Fact]
    public void Gap_is_as_long_as_the_monotonic_clock_says()
    {
        while (_journal.TryAppend(_journal.About(AccessOperation.Fetch, AccessOutcome.Success))) { }
        Assert.False(_trail.TryRecord(_journal.About(AccessOperation.Fetch, AccessOutcome.Success)));
        _time.Advance(TimeSpan.FromSeconds(7));
        _journal.MarkShipped(_journal.Unshipped(1000)[^1].Sequence);
        Assert.True(_trail.TryRecord(_journal.About(AccessOperation.Fetch, AccessOutcome.Success)));
        var gap = _journal.Unshipped(100).Single(row => row.Operation == AccessOperation.Gap);
        Assert.Equal((TimeSpan.FromSeconds(7), 1L), (gap.LastAt - gap.FirstAt, gap.AccessCount));
    }

    [Theory]
    [InlineData(0, AccessOutcome.Denied)]
    [InlineData(2, AccessOutcome.Denied)]
    [InlineData(0, null)]
    [InlineData(2, null)]
    public async Task Enumeration_has_one_row_that_says_how_it_ended(int items, AccessOutcome? failure)
    {
        var layer = new FetchAuditLayer(
            new ListingBackend(items, failure is null ? null : new SecretAccessDeniedException(SecretErrorCode.Denied, "no")),
            null,
            _trail,
            _ => { },
            _time
        );
        var given = 0;
        try
        {
            await foreach (var _ in layer.ListAsync("prefix", CancellationToken.None))
            {
                given++;
                Assert.DoesNotContain(_journal.Unshipped(100), row => row.Operation == AccessOperation.List);
            }
        }
        catch (SecretAccessDeniedException) { }
        Assert.Equal(items, given);
        var row = _journal.Unshipped(100).Single(row => row.Operation == AccessOperation.List);
        Assert.Equal(
            (failure ?? AccessOutcome.Success, "prefix", failure is null ? null : SecretErrorCode.Denied),
            (row.Outcome, row.Name, row.Error)
        );
    }

    [Fact]
    public async Task Enumeration_that_cannot_be_recorded_gives_nothing_out()
    {
        while (_journal.TryAppend(_journal.About(AccessOperation.Fetch, AccessOutcome.Success))) { }
        var layer = new FetchAuditLayer(new ListingBackend(2, null), null, _trail, _ => { }, _time);
        await Assert.ThrowsAsync<SecretAuditFailedException>(async () =>
            await layer.ListAsync("", CancellationToken.None).GetAsyncEnumerator().MoveNextAsync()
        );
    }

    [Fact]
    public async Task Enumeration_that_is_left_early_is_a_success()
    {
        var layer = new FetchAuditLayer(new ListingBackend(5, null), null, _trail, _ => { }, _time);
        await foreach (var _ in layer.ListAsync("", CancellationToken.None))
            break;
        Assert.Equal(AccessOutcome.Success, _journal.Unshipped(100).Single(row => row.Operation == AccessOperation.List).Outcome);
    }

    public static TheoryData<Exception, AccessOutcome> Ends =>
        new()
        {
            { new SecretUnavailableException(SecretErrorCode.TimedOut, "late"), AccessOutcome.Unknown },
            { new SecretUnavailableException(SecretErrorCode.Unreachable, "cut"), AccessOutcome.Unknown },
            { new SecretUnavailableException(SecretErrorCode.Sealed, "sealed"), AccessOutcome.Unavailable },
            { new SecretAccessDeniedException(SecretErrorCode.Denied, "no"), AccessOutcome.Denied },
            { new SecretWriteException(SecretErrorCode.Conflict, "other"), AccessOutcome.Failed },
            { new OperationCanceledException(), AccessOutcome.Unknown },
            { new InvalidOperationException("a bug"), AccessOutcome.Unknown },
        };

    [Theory]
    [MemberData(nameof(Ends), DisableDiscoveryEnumeration = true)]
    public async Task Change_has_one_row_however_it_ends(Exception end, AccessOutcome expected)
    {
        var location = new SecretLocation(SecretName.Parse("a/key"), SecretName.Parse("a/key"));
        var layer = new FetchAuditLayer(new ListingBackend(0, end), null, _trail, _ => { }, _time);
        await Assert.ThrowsAnyAsync<Exception>(async () => await layer.DeleteAsync(location, CancellationToken.None));
        Assert.Equal(expected, _journal.Unshipped(100).Single(row => row.Operation == AccessOperation.Delete).Outcome);
    }

    private JournalRecord Refresh(string version) =>
        _journal.About(AccessOperation.Refresh, AccessOutcome.Success) with
        {
            Name = "a",
            Version = version,
            Source = AccessSource.Backend,
        };

    private JournalRecord Failure(string version) =>
        _journal.About(AccessOperation.Get, AccessOutcome.NotFound) with
        {
            Name = "a",
            Version = version,
            Error = SecretErrorCode.VersionGone,
        };

    /// <summary>Lists some names and then fails, where it is told to.</summary>
    private sealed class ListingBackend(int items, Exception? end) : ISecretBackend
    {
        public string Name => "listing";

        public BackendCapabilities Capabilities { get; } = new();

        public async IAsyncEnumerable<SecretName> ListAsync(
            string? prefix,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct
        )
        {
            for (var i = 0; i < items; i++)
                yield return SecretName.Parse($"n/{i}");
            await Task.Yield();
            if (end is not null)
                throw end;
        }

        public ValueTask<IReadOnlyList<SecretReadResult>> ReadAsync(
            IReadOnlyList<SecretRequest> requests,
            CancellationToken ct
        ) => throw new NotSupportedException();

        public ValueTask<SecretWriteResult> WriteAsync(SecretWrite write, CancellationToken ct) => throw end!;

        public IAsyncEnumerable<SecretVersionInfo> HistoryAsync(SecretLocation location, CancellationToken ct) => throw end!;

        public ValueTask<SecretWriteResult> DeleteAsync(SecretLocation location, CancellationToken ct) =>
            ValueTask.FromException<SecretWriteResult>(end!);

        public ValueTask<SecretWriteResult> RestoreAsync(SecretLocation location, SecretVersion? version, CancellationToken ct) =>
            throw end!;
    }
}
