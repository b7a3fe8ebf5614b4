using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;
using Strongroom.Audit;
using Strongroom.Journaling;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Journaling;

/// <summary>Counters are given back, and no hit is ever another name's.</summary>
public sealed class JournalCounterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Counter_that_is_no_longer_held_is_given_to_another_key_and_both_are_accounted_for()
    {
        using var journal = Create(counters: 4);
        for (var version = 1; version <= 40; version++)
        {
            Assert.True(HitOnce(journal, "a", version, version));
            if (version % 4 == 0)
                GC.Collect();
        }
        journal.Fold();

        var rows = journal.Unshipped(1000).Where(row => row.Name == "a").ToList();
        Assert.Equal(
            Enumerable.Range(1, 40).Select(version => (Version(version), (long)version)),
            rows.GroupBy(row => row.Version)
                .Select(group => (group.Key, group.Sum(row => row.AccessCount)))
                .OrderBy(one => one.Item2)
        );
        Assert.Equal(Enumerable.Range(1, 40).Sum(), journal.Hits().Where(hit => hit.Name == "a").Sum(hit => hit.Count));
    }

    [Fact]
    public void Counter_that_is_held_stays_with_its_holder_whatever_else_is_wanted()
    {
        using var journal = Create(counters: 2);
        var held = journal.OpenCounter(Key("held", 1))!;
        held.Increment();
        for (var version = 1; version <= 20; version++)
        {
            HitOnce(journal, "other", version, 1);
            GC.Collect();
            held.Increment();
        }
        journal.Fold();

        var rows = journal.Unshipped(1000);
        Assert.Equal(21, rows.Where(row => row.Name == "held").Sum(row => row.AccessCount));
        Assert.Equal(20, rows.Where(row => row.Name == "other").Sum(row => row.AccessCount));
        GC.KeepAlive(held);
    }

    [Fact]
    public void Adopt_after_counters_were_given_to_others_counts_each_hit_once_and_for_its_own_name()
    {
        var journal = Create(counters: 2);
        for (var version = 1; version <= 11; version++)
        {
            Assert.True(HitOnce(journal, "a", version, version));
            GC.Collect();
        }
        journal.Dispose(); // neither folded nor closed, as after a kill

        using var adopted = Journal.TryAdopt(_folder.File("a.journal"), _time, out _)!;
        adopted.Close(AccessOutcome.Failed);

        var rows = adopted.Unshipped(1000).Where(row => row.Name == "a").ToList();
        Assert.All(rows.GroupBy(row => row.Version), group =>
            Assert.Equal(group.Key, Version((int)group.Sum(row => row.AccessCount)))
        );
        Assert.Equal(Enumerable.Range(1, 11).Sum(), rows.Sum(row => row.AccessCount));
    }

    [Fact]
    public void Counter_is_not_given_back_while_its_hits_find_no_room_in_the_ring()
    {
        using var journal = Create(counters: 1, records: 16);
        while (journal.TryAppend(journal.About(AccessOperation.Fetch, AccessOutcome.Success))) { }
        Assert.True(HitOnce(journal, "a", 1, 5));
        GC.Collect();
        Assert.Null(journal.OpenCounter(Key("b", 1)));

        journal.MarkShipped(journal.Unshipped(100)[^1].Sequence);
        GC.Collect();
        Assert.NotNull(journal.OpenCounter(Key("b", 1)));
        Assert.Equal(5, journal.Unshipped(100).Where(row => row.Name == "a").Sum(row => row.AccessCount));
    }

    [Fact]
    public void Hits_of_threads_that_count_while_counters_are_given_back_are_all_accounted_for()
    {
        using var journal = Create(counters: 8, records: 4096);
        Parallel.For(0, 4, thread =>
        {
            for (var version = 1; version <= 200; version++)
            {
                while (!HitOnce(journal, $"n{thread}", version, 100))
                    GC.Collect(0);
            }
        });
        journal.Fold();

        var rows = journal.Unshipped(int.MaxValue).Where(row => row.Operation == AccessOperation.Get).ToList();
        Assert.All(rows.GroupBy(row => (row.Name, row.Version)), group => Assert.Equal(100, group.Sum(row => row.AccessCount)));
        Assert.Equal(800, rows.Select(row => (row.Name, row.Version)).Distinct().Count());
    }

    [Fact]
    public void Fold_after_the_wall_clock_went_back_gives_rows_whose_first_moment_is_not_after_the_last()
    {
        var time = new SetTime();
        using var journal = Journal.Create(_folder.File("a.journal"), Owner(), time, 4, 64);
        var counter = journal.OpenCounter(Key("a", 1))!;
        counter.Increment();
        time.Advance(TimeSpan.FromSeconds(5));
        time.Shift = TimeSpan.FromHours(-1);
        journal.Fold();

        var row = journal.Unshipped(100).Single(row => row.Name == "a");
        Assert.Equal(TimeSpan.FromSeconds(5), row.LastAt - row.FirstAt);
    }

    [Fact]
    public void Adopt_after_the_wall_clock_went_back_gives_rows_whose_first_moment_is_not_after_the_last()
    {
        var time = new SetTime();
        var journal = Journal.Create(_folder.File("a.journal"), Owner(), time, 4, 64);
        journal.OpenCounter(Key("a", 1))!.Increment();
        journal.Dispose();
        time.Shift = TimeSpan.FromHours(-1);

        using var adopted = Journal.TryAdopt(_folder.File("a.journal"), time, out _)!;
        adopted.Close(AccessOutcome.Failed);
        Assert.All(adopted.Unshipped(100), row => Assert.True(row.FirstAt <= row.LastAt));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool HitOnce(Journal journal, string name, int version, int hits)
    {
        if (journal.OpenCounter(Key(name, version)) is not { } counter)
            return false;
        for (var hit = 0; hit < hits; hit++)
            counter.Increment();
        return true;
    }

    private static CounterKey Key(string name, int version) => new(name, Version(version), AccessSource.Cache);

    private static string Version(int version) => version.ToString(CultureInfo.InvariantCulture);

    private Journal Create(int counters, long records = 256) =>
        Journal.Create(_folder.File("a.journal"), Owner(), _time, counters, records);

    private InstanceRow Owner() => new("svc-1", Guid.NewGuid(), "svc", "test", "env", "host", 1, "tester", _time.GetUtcNow());
}
