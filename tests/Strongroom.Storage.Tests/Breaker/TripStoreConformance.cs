using System.Data.Common;
using Strongroom.Breaker;
using Strongroom.Storage.Schema;
using Strongroom.Storage.Tests.Support;

namespace Strongroom.Storage.Tests.Breaker;

/// <summary>What every store of trips does.</summary>
public abstract class TripStoreConformance : StoreTests
{
    private static readonly TripScope s_scope = new("production", "prod/");

    [Fact]
    public async Task RecordAsync_trip_comes_back_the_same_from_another_process()
    {
        var trip = Trip();

        await Store.OpenTrips().RecordAsync(trip, Ct);

        Assert.Equal([trip], await Store.OpenTrips().ListUnclearedAsync(s_scope, Ct));
    }

    [Fact]
    public async Task RecordAsync_same_id_again_keeps_the_first()
    {
        var trip = Trip();
        var store = Store.OpenTrips();

        await store.RecordAsync(trip, Ct);
        await store.RecordAsync(trip with { Detail = "other" }, Ct);

        Assert.Equal([trip], await store.ListUnclearedAsync(s_scope, Ct));
    }

    [Fact]
    public async Task RecordAsync_by_five_at_once_stores_each_once()
    {
        var trips = Enumerable.Range(0, 5).Select(i => Trip(i)).ToList();

        await Task.WhenAll(
            trips.Select(trip =>
                Task.Run(
                    async () =>
                    {
                        foreach (var each in trips)
                            await Store.OpenTrips().RecordAsync(each, Ct);
                    },
                    Ct
                )
            )
        );

        Assert.Equal(trips, await Store.OpenTrips().ListUnclearedAsync(s_scope, Ct));
    }

    [Fact]
    public async Task ListUnclearedAsync_gives_the_oldest_first_and_only_its_own_scope()
    {
        var store = Store.OpenTrips();
        var (later, sooner) = (Trip(2), Trip(1));
        await store.RecordAsync(later, Ct);
        await store.RecordAsync(sooner, Ct);
        await store.RecordAsync(Trip() with { Scope = new TripScope("production", "test/") }, Ct);
        await store.RecordAsync(Trip() with { Scope = new TripScope("staging", "prod/") }, Ct);
        await store.RecordAsync(Trip() with { Scope = new TripScope("production", "") }, Ct);

        Assert.Equal([sooner, later], await store.ListUnclearedAsync(s_scope, Ct));
        Assert.Single(await store.ListUnclearedAsync(new TripScope("production", ""), Ct));
    }

    [Fact]
    public async Task Texts_of_any_length_that_another_program_wrote_come_back_cut()
    {
        var store = Store.OpenTrips();
        var text = new string('x', 1_000_000);
        var trip = Trip() with { Detail = text, Bundle = text, Version = text, Service = text, Instance = text };
        await store.RecordAsync(trip, Ct);

        var read = Assert.Single(await store.ListUnclearedAsync(s_scope, Ct));
        Assert.Equal(trip.Id, read.Id);
        Assert.All([read.Detail, read.Bundle, read.Version, read.Service, read.Instance], one => Assert.Equal(2000, one.Length));

        await store.ClearAsync(new TripClearance(trip.Id, text, text, trip.At), Ct);
        var clearance = Assert.Single(await store.ReadClearancesAsync([trip.Id], Ct));
        Assert.Equal((2000, 2000), (clearance.Operator.Length, clearance.Reason.Length));
    }

    [Fact]
    public async Task ClearAsync_clears_that_trip_once()
    {
        var store = Store.OpenTrips();
        var (cleared, open) = (Trip(1), Trip(2));
        await store.RecordAsync(cleared, Ct);
        await store.RecordAsync(open, Ct);

        Assert.True(await store.ClearAsync(Clearance(cleared.Id), Ct));
        Assert.False(await store.ClearAsync(Clearance(cleared.Id) with { Reason = "again" }, Ct));

        Assert.Equal([open], await store.ListUnclearedAsync(s_scope, Ct));
        Assert.Equal(1, await CountAsync("trip_clearances WHERE reason = 'keys rotated, balances checked'"));
    }

    [Fact]
    public async Task ClearAsync_by_five_at_once_is_true_for_one()
    {
        var trip = Trip();
        await Store.OpenTrips().RecordAsync(trip, Ct);

        var cleared = await Task.WhenAll(
            Enumerable
                .Range(0, 5)
                .Select(_ => Task.Run(async () => await Store.OpenTrips().ClearAsync(Clearance(trip.Id), Ct), Ct))
        );

        Assert.Single(cleared, true);
    }

    [Fact]
    public async Task ClearAsync_of_an_unknown_trip_is_false_and_stores_nothing()
    {
        Assert.False(await Store.OpenTrips().ClearAsync(Clearance(Guid.NewGuid()), Ct));

        Assert.Equal(0, await CountAsync("trip_clearances"));
    }

    [Fact]
    public async Task RecordAsync_of_a_cleared_id_does_not_open_it_again()
    {
        var store = Store.OpenTrips();
        var trip = Trip();
        await store.RecordAsync(trip, Ct);
        await store.ClearAsync(Clearance(trip.Id), Ct);

        await store.RecordAsync(trip, Ct);

        Assert.Empty(await store.ListUnclearedAsync(s_scope, Ct));
    }

    [Fact]
    public async Task RecordAsync_trip_that_was_brought_says_by_whom_and_when()
    {
        var trip = Trip() with { RestoredBy = new TripRestorer("risk_manager", "risk_manager-2", AccessRows.Start.AddDays(1)) };

        await Store.OpenTrips().RecordAsync(trip, Ct);

        Assert.Equal([trip], await Store.OpenTrips().ListUnclearedAsync(s_scope, Ct));
    }

    [Fact]
    public async Task ReadClearancesAsync_gives_those_of_the_trips_asked_for_and_none_for_what_is_absent_or_uncleared()
    {
        var store = Store.OpenTrips();
        var (cleared, other, open) = (Trip(1), Trip(2), Trip(3));
        foreach (var trip in new[] { cleared, other, open })
            await store.RecordAsync(trip, Ct);
        await store.ClearAsync(Clearance(cleared.Id), Ct);
        await store.ClearAsync(Clearance(other.Id), Ct);

        Assert.Equal([Clearance(cleared.Id)], await store.ReadClearancesAsync([open.Id, cleared.Id, Guid.NewGuid()], Ct));
        Assert.Empty(await store.ReadClearancesAsync([], Ct));
        Assert.Equal(
            [Clearance(cleared.Id)],
            await store.ReadClearancesAsync([.. Enumerable.Range(0, 999).Select(_ => Guid.NewGuid()), cleared.Id], Ct)
        );
    }

    [Fact]
    public async Task Trips_of_the_first_schema_are_carried_over_by_the_second()
    {
        var database = Store.Open();
        var prefix = $"Strongroom.Storage.Migrations.{SchemaMigrations.FolderOf(database.Dialect)}.";
        await RunAsync("V1__access_log_instances_trips.sql");
        var id =
            Store is SqliteTestStore ? "'0198c0de-0000-7000-8000-000000000001'" : "uuid '0198c0de-0000-7000-8000-000000000001'";
        var at = Store is SqliteTestStore ? "0" : "now()";
        await database.UseAsync(
            (connection, ct) =>
                connection.ExecuteAsync(
                    $"INSERT INTO trips VALUES ({id}, 'production', 'prod/', 'a', 'a-1', 'b', '1', 1, 'd', {at})",
                    ct
                ),
            Ct
        );

        await RunAsync("V2__trips_brought.sql");

        Assert.Equal(
            1,
            await CountAsync(
                "trips WHERE service = 'a' AND brought_service IS NULL AND brought_instance IS NULL AND brought_at IS NULL"
            )
        );

        async Task RunAsync(string name)
        {
            using var reader = new StreamReader(typeof(SchemaMigrations).Assembly.GetManifestResourceStream(prefix + name)!);
            var sql = await reader.ReadToEndAsync(Ct);
            await database.UseAsync((connection, ct) => connection.ExecuteAsync(sql, ct), Ct);
        }
    }

    [Theory]
    [InlineData("UPDATE trips SET environment = 'other'")]
    [InlineData("DELETE FROM trips")]
    [InlineData("UPDATE trip_clearances SET reason = 'other'")]
    [InlineData("DELETE FROM trip_clearances")]
    public async Task Rows_refuse_change_and_deletion(string sql)
    {
        var store = Store.OpenTrips();
        var trip = Trip();
        await store.RecordAsync(trip, Ct);
        await store.ClearAsync(Clearance(trip.Id), Ct);

        await Assert.ThrowsAnyAsync<DbException>(() =>
            Store.Open().UseAsync((connection, ct) => connection.ExecuteAsync(sql, ct), Ct)
        );

        Assert.Empty(await store.ListUnclearedAsync(s_scope, Ct));
        Assert.Equal(1, await CountAsync("trip_clearances WHERE reason = 'keys rotated, balances checked'"));
    }

    [Fact]
    public async Task Clearance_without_its_trip_is_refused()
    {
        var store = Store.OpenTrips();
        await store.ListUnclearedAsync(s_scope, Ct);
        var id = Store is SqliteTestStore ? "'no such trip'" : $"'{Guid.NewGuid()}'";
        var at = Store is SqliteTestStore ? "0" : "now()";

        await Assert.ThrowsAnyAsync<DbException>(() =>
            Store
                .Open()
                .UseAsync(
                    (connection, ct) => connection.ExecuteAsync($"INSERT INTO trip_clearances VALUES ({id}, 'a', 'b', {at})", ct),
                    Ct
                )
        );
    }

    private static TripRecord Trip(int second = 0) =>
        new(
            Guid.CreateVersion7(AccessRows.Start.AddSeconds(second)),
            s_scope,
            "execution_gateway",
            "execution_gateway-1",
            "alpaca",
            "7",
            TripCause.Rejected,
            "Alpaca answered 401 – zweimal.",
            AccessRows.Start.AddSeconds(second)
        );

    private static TripClearance Clearance(Guid id) =>
        new(id, "alice", "keys rotated, balances checked", AccessRows.Start.AddMinutes(5));
}
