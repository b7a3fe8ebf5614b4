using Strongroom.Audit;
using Strongroom.Journaling;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Journaling;

/// <summary>
/// However often secrets rotate and however many there are, hits are counted: a database that is away is no outage of secrets.
/// </summary>
public sealed class CounterPoolTests
{
    [Fact]
    public async Task Rotations_without_end_leave_hits_counted_and_each_is_accounted_for()
    {
        const int Rotations = 1500;
        using var fixture = new Fixture();
        await fixture.StartAsync();
        var journal = fixture.Runtime.Trail.Journal;
        for (var rotation = 1; rotation <= Rotations; rotation++)
        {
            fixture.Backend.Rotate(Fixture.Alpaca);
            await fixture.Runtime.RefreshAsync(CancellationToken.None);
            await fixture.PairAsync();
            journal.Fold();
            var before = journal.Pending;
            for (var read = 0; read < 3; read++)
                await fixture.PairAsync();
            Assert.Equal(before, journal.Pending);
            if (rotation % 500 == 0)
                GC.Collect();
            fixture.Time.Advance(TimeSpan.FromMinutes(1));
            journal.MarkShipped(journal.Unshipped(int.MaxValue)[^1]);
        }
        var hits = fixture
            .Runtime.Trail.Tally()
            .Where(count => count is { Name: "alpaca/api_key_id", Source: AccessSource.Cache });
        Assert.Equal(4 * Rotations, hits.Sum(count => count.Count));
    }

    [Fact]
    public async Task Pool_that_is_used_up_counts_each_name_over_all_its_versions()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        var journal = fixture.Runtime.Trail.Journal;
        var held = Enumerable
            .Range(0, journal.Counters)
            .Select(i =>
                journal.OpenCounter(new CounterKey("held", $"{i}", AccessSource.Cache), journal.Counters - (journal.Counters / 3))
            )
            .ToList();

        for (var read = 0; read < 100; read++)
            await fixture.PairAsync();

        Assert.Equal(
            100,
            fixture
                .Rows()
                .Where(row => row is { Name: "alpaca/api_key_id", Version: AuditTrail.Several })
                .Sum(row => row.AccessCount)
        );
        GC.KeepAlive(held);
    }

    [Fact]
    public async Task Declaration_of_more_names_than_a_usual_pool_has_a_counter_for_each()
    {
        var secrets = string.Join(",", Enumerable.Range(0, 1500).Select(i => $$"""{ "name": "many/n{{i}}" }"""));
        using var fixture = new Fixture(declaration: $$"""{ "service": "test_service", "secrets": [ {{secrets}} ] }""");
        var names = Enumerable.Range(0, 1500).Select(i => SecretName.Parse($"many/n{i}")).ToList();
        foreach (var name in names)
            await fixture.Manager.GetAsync(name);
        var journal = fixture.Runtime.Trail.Journal;
        var before = journal.Pending;
        for (var read = 0; read < 3; read++)
        {
            foreach (var name in names)
                await fixture.Manager.GetAsync(name);
        }
        Assert.Equal(before, journal.Pending);
        Assert.Equal(
            4500,
            journal.Hits(AccessOperation.Get).Where(hit => hit.Source == AccessSource.Cache).Sum(hit => hit.Count)
        );
        Assert.DoesNotContain(fixture.Rows(), row => row.Version == AuditTrail.Several);
    }
}
