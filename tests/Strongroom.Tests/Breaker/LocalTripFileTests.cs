using Strongroom.Breaker;
using Strongroom.Tests.Support;
using Strongroom.Unix;

namespace Strongroom.Tests.Breaker;

public sealed class LocalTripFileTests : IDisposable
{
    private static readonly CancellationToken s_ct = CancellationToken.None;
    private static readonly TripScope s_scope = new("production", "prod/");

    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.File("execution_gateway" + LocalTripFile.Suffix);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RecordAsync_by_many_writers_loses_none()
    {
        // Each with an object of its own, as processes have; two processes do the same in Strongroom.Storage.Tests.
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(writer =>
                    Task.Run(async () =>
                    {
                        for (var i = 0; i < 25; i++)
                            await new LocalTripFile(FilePath).RecordAsync(Trip($"{writer}/{i}"), s_ct);
                    })
                )
        );
        var trips = await new LocalTripFile(FilePath).ListUnclearedAsync(s_scope, s_ct);
        Assert.Equal(100, trips.DistinctBy(trip => trip.Version).Count());
        Assert.Equal([FilePath], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Trip_and_clearance_come_back_the_same_from_a_file_that_only_its_owner_may_use()
    {
        var trip = Trip("7") with { RestoredBy = new TripRestorer("risk_manager", "risk_manager-1", DateTimeOffset.UnixEpoch) };
        var clearance = new TripClearance(trip.Id, "alice", "keys rotated", DateTimeOffset.UnixEpoch);
        var file = new LocalTripFile(FilePath);
        await file.RecordAsync(trip, s_ct);
        await file.RecordAsync(trip with { Detail = "other" }, s_ct);
        Assert.Equal([trip], await file.ListUnclearedAsync(s_scope, s_ct));
        Assert.Empty(await file.ListUnclearedAsync(s_scope with { Namespace = "" }, s_ct));
        Assert.True(await file.ClearAsync(clearance, s_ct));
        Assert.False(await file.ClearAsync(clearance with { Reason = "again" }, s_ct));
        Assert.False(await file.ClearAsync(clearance with { TripId = Guid.NewGuid() }, s_ct));

        Assert.Empty(await file.ListUnclearedAsync(s_scope, s_ct));
        Assert.Equal([clearance], await file.ReadClearancesAsync([Guid.NewGuid(), trip.Id], s_ct));
        Assert.Equal([(trip, clearance)], await file.ListClearedAsync(s_scope, s_ct));
        Assert.Equal(UnixFile.OwnerOnly, File.GetUnixFileMode(FilePath));
        await file.ForgetAsync([trip.Id], s_ct);
        Assert.Empty(await file.ListClearedAsync(s_scope, s_ct));
    }

    [Fact]
    public async Task File_of_an_older_version_is_read_and_carried_over()
    {
        var trip = Trip("7");
        await File.WriteAllTextAsync(
            FilePath,
            $$"""[{"Id":"{{trip.Id}}","Scope":{"Environment":"production","Namespace":"prod/"},"""
                + "\"Service\":\"execution_gateway\",\"Instance\":\"execution_gateway-1\","
                + "\"Bundle\":\"alpaca\",\"Version\":\"7\",\"Cause\":1,"
                + "\"Detail\":\"A test.\",\"At\":\"1970-01-01T00:00:00+00:00\"}]"
        );
        var file = new LocalTripFile(FilePath);
        Assert.Equal([trip], await file.ListUnclearedAsync(s_scope, s_ct));
        await file.RecordAsync(Trip("8"), s_ct);
        Assert.Equal(2, (await file.ListUnclearedAsync(s_scope, s_ct)).Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ not json")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[null]")]
    [InlineData("""{"Trips":[{"Id":"0198c0de-0000-7000-8000-000000000001"}],"Clearances":[]}""")]
    [InlineData("""{"Trips":[],"Clearances":[null]}""")]
    public async Task Damaged_file_is_no_empty_one_and_is_never_written_over(string content)
    {
        await File.WriteAllTextAsync(FilePath, content);
        var file = new LocalTripFile(FilePath);
        var error = await Assert.ThrowsAsync<SecretConfigurationException>(async () =>
            await file.ListUnclearedAsync(s_scope, s_ct)
        );
        Assert.Contains(
            $"{FilePath} is not used: it is damaged, so it is not known whether a trip in it is uncleared",
            error.Message,
            StringComparison.Ordinal
        );
        await Assert.ThrowsAsync<SecretConfigurationException>(async () => await file.RecordAsync(Trip("7"), s_ct));
        Assert.Equal(content, await File.ReadAllTextAsync(FilePath));
    }

    [Fact]
    public async Task File_that_others_may_write_or_that_is_a_link_or_a_folder_is_not_trusted()
    {
        await new LocalTripFile(FilePath).RecordAsync(Trip("7"), s_ct);
        File.SetUnixFileMode(FilePath, UnixFile.OwnerOnly | UnixFileMode.OtherWrite);
        await Assert.ThrowsAsync<SecretConfigurationException>(async () =>
            await new LocalTripFile(FilePath).ListUnclearedAsync(s_scope, s_ct)
        );
        File.SetUnixFileMode(FilePath, UnixFile.OwnerOnly);
        File.CreateSymbolicLink(_folder.File("link"), FilePath);
        await Assert.ThrowsAsync<SecretConfigurationException>(async () =>
            await new LocalTripFile(_folder.File("link")).ListUnclearedAsync(s_scope, s_ct)
        );
        await Assert.ThrowsAsync<SecretConfigurationException>(async () =>
            await new LocalTripFile(_folder.Path).ListUnclearedAsync(s_scope, s_ct)
        );
    }

    [Fact]
    public async Task Leftover_of_a_writer_that_died_is_removed_by_the_next_and_never_read()
    {
        await File.WriteAllTextAsync(_folder.File($".execution_gateway{LocalTripFile.Suffix}-0011223344556677"), "{");
        await new LocalTripFile(FilePath).RecordAsync(Trip("7"), s_ct);
        Assert.Equal([FilePath], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Write_that_fails_names_the_file_and_leaves_it_as_it_was()
    {
        // No user can make a file there.
        var path = Path.Combine(_folder.File("taken"), "x" + LocalTripFile.Suffix);
        await File.WriteAllTextAsync(_folder.File("taken"), "");
        var error = await Assert.ThrowsAsync<SecretWriteException>(async () =>
            await new LocalTripFile(path).RecordAsync(Trip("7"), s_ct)
        );
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Equal(SecretErrorCode.WriteFailed, error.Code);
    }

    [Fact]
    public async Task Cleared_trips_that_no_database_takes_are_kept_up_to_a_bound_and_uncleared_ones_all()
    {
        var file = new LocalTripFile(FilePath);
        var open = Trip("open");
        await file.RecordAsync(open, s_ct);
        for (var i = 0; i < TripFileContent.MostCleared + 3; i++)
        {
            var trip = Trip($"{i}");
            await file.RecordAsync(trip, s_ct);
            await file.ClearAsync(new TripClearance(trip.Id, "alice", "why", DateTimeOffset.UnixEpoch), s_ct);
        }
        Assert.Equal(TripFileContent.MostCleared, (await file.ListClearedAsync(s_scope, s_ct)).Count);
        Assert.Equal([open], await file.ListUnclearedAsync(s_scope, s_ct));
    }

    private static TripRecord Trip(string version) =>
        new(
            Guid.CreateVersion7(),
            s_scope,
            "execution_gateway",
            "execution_gateway-1",
            "alpaca",
            version,
            TripCause.Rejected,
            "A test.",
            DateTimeOffset.UnixEpoch
        );
}
