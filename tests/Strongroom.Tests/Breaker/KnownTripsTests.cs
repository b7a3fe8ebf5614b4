using Strongroom.Breaker;

namespace Strongroom.Tests.Breaker;

/// <summary>A whole backend that is lost is a trip for each of its credentials, in each process that reads them.</summary>
public sealed class KnownTripsTests
{
    private const int Many = 5000;

    private readonly KnownTrips _known = new(new ElapsedClock(TimeProvider.System));

    [Fact]
    public void Thousands_of_trips_cost_no_more_than_a_few_lists_of_them()
    {
        var at = new DateTimeOffset(2026, 11, 24, 14, 30, 0, TimeSpan.Zero);
        var listed = Enumerable.Range(0, Many).Select(index => Trip(at.AddSeconds(-index))).ToList();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 3; round++)
            _known.Listed(TripLocations.Database, listed);
        foreach (var trip in listed)
            _known.Note(trip.Id, TripLocations.File, isThere: true);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000_000);
        Assert.Equal(listed.AsEnumerable().Reverse(), _known.Snapshot.Uncleared);

        _known.Clear(new TripClearance(listed[7].Id, "operator", "reason", at), TripLocations.Database);
        Assert.Equal((Many - 1, 1), (_known.Snapshot.Uncleared.Count, _known.Snapshot.Clearances));
        Assert.DoesNotContain(listed[7], _known.Snapshot.Uncleared);
    }

    [Fact]
    public void FindOrAdd_keeps_the_oldest_first_whatever_the_clock_does()
    {
        var at = new DateTimeOffset(2026, 11, 24, 14, 30, 0, TimeSpan.Zero);
        foreach (var seconds in new[] { 2, 3, 1, 3 })
            _known.FindOrAdd(
                $"bundle-{seconds}-{_known.All.Length}",
                TripCause.Manual,
                "",
                () => Trip(at.AddSeconds(seconds)),
                out _
            );
        Assert.Equal(_known.Snapshot.Uncleared.OrderBy(trip => trip.At).ThenBy(trip => trip.Id), _known.Snapshot.Uncleared);
        Assert.Equal(4, _known.Snapshot.Uncleared.Count);
    }

    private static TripRecord Trip(DateTimeOffset at) =>
        new(
            Guid.CreateVersion7(),
            new TripScope("production", ""),
            "service",
            "service-1",
            "bundle",
            "1",
            TripCause.Manual,
            "A test.",
            at
        );
}
