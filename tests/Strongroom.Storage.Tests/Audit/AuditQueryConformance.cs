using System.Data.Common;
using Strongroom.Audit;
using Strongroom.Storage.Tests.Support;

namespace Strongroom.Storage.Tests.Audit;

/// <summary>What every store of audit rows gives back: to a query, to a search for gaps, and in its readable view.</summary>
public abstract class AuditQueryConformance : StoreTests
{
    private readonly Guid _boot = Guid.NewGuid();

    [Fact]
    public async Task QueryAsync_gives_the_oldest_first_whatever_the_order_of_arrival()
    {
        var store = Store.OpenAudit();
        await store.AppendAsync(AccessRows.Range(_boot, 11, 10), Ct);
        await store.AppendAsync([.. AccessRows.Range(_boot, 1, 10).AsEnumerable().Reverse()], Ct);

        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), (await store.QueryAllAsync()).Select(row => row.Sequence));
    }

    [Fact]
    public async Task QueryAsync_filters_by_each_and_by_all()
    {
        var other = Guid.NewGuid();
        var store = Store.OpenAudit();
        await store.AppendAsync(
            [
                .. AccessRows.Range(_boot, 1, 4),
                .. AccessRows
                    .Range(other, 1, 4)
                    .Select(row =>
                        row with
                        {
                            Service = "risk_manager",
                            Instance = "risk_manager-1",
                            Name = "alpaca/API_KEY_ID",
                        }
                    ),
            ],
            Ct
        );

        Assert.Equal(4, (await store.QueryAllAsync(new AccessFilter { Since = AccessRows.Start.AddSeconds(3) })).Count);
        Assert.Equal(4, (await store.QueryAllAsync(new AccessFilter { Service = "risk_manager" })).Count);
        Assert.All(await store.QueryAllAsync(new AccessFilter { Name = "alpaca/api_key_id" }), row =>
            Assert.Equal(_boot, row.Boot)
        );
        Assert.All(await store.QueryAllAsync(new AccessFilter { Boot = other }), row => Assert.Equal(other, row.Boot));
        Assert.Equal(
            [4L],
            (
                await store.QueryAllAsync(
                    new AccessFilter
                    {
                        Since = AccessRows.Start.AddSeconds(2),
                        Service = "risk_manager",
                        Name = "alpaca/API_KEY_ID",
                        Boot = other,
                        Limit = 1,
                    }
                )
            ).Select(row => row.Sequence)
        );
        Assert.Empty(await store.QueryAllAsync(new AccessFilter { Name = "' OR 1=1 --" }));
    }

    [Fact]
    public async Task QueryAsync_says_who_acted_and_filters_by_a_part_of_it()
    {
        var other = Guid.NewGuid();
        var store = Store.OpenAudit();
        await store.RegisterAsync(AccessRows.Instance(_boot) with { Actor = "vault:ldap-jo" }, Ct);
        await store.AppendAsync([AccessRows.Row(_boot, 1), AccessRows.Row(other, 1)], Ct);

        Assert.Equal(["", "vault:ldap-jo"], (await store.QueryAllAsync()).Select(row => row.Actor).Order(StringComparer.Ordinal));
        Assert.Equal(
            [_boot],
            (await store.QueryAllAsync(new AccessFilter { Actor = "ldap-jo", Limit = 5 })).Select(row => row.Boot)
        );
        Assert.Empty(await store.QueryAllAsync(new AccessFilter { Actor = "%" }));
    }

    [Fact]
    public async Task QueryAsync_with_a_limit_gives_the_newest_still_oldest_first()
    {
        var store = Store.OpenAudit();
        await store.AppendAsync(AccessRows.Range(_boot, 1, 10), Ct);

        Assert.Equal([8L, 9L, 10L], (await store.QueryAllAsync(new AccessFilter { Limit = 3 })).Select(row => row.Sequence));
        Assert.Empty(await store.QueryAllAsync(new AccessFilter { Limit = 0 }));
    }

    [Fact]
    public async Task FindMissingAsync_gives_each_hole_of_that_boot_and_instance()
    {
        var store = Store.OpenAudit();
        var instance = AccessRows.Instance(_boot).Instance;
        await store.AppendAsync(
            [.. AccessRows.Range(_boot, 3, 2), .. AccessRows.Range(_boot, 8, 2), .. AccessRows.Range(Guid.NewGuid(), 1, 20)],
            Ct
        );
        await store.AppendAsync([.. AccessRows.Range(_boot, 1, 20).Select(row => row with { Instance = "other" })], Ct);

        Assert.Equal(
            [new(1, 2), new(5, 7), new(10, 12)],
            await store.FindMissingAsync(instance, _boot, new SequenceRange(1, 12), Ct)
        );
        Assert.Empty(await store.FindMissingAsync(instance, _boot, new SequenceRange(8, 9), Ct));
        Assert.Equal([new(6, 7)], await store.FindMissingAsync(instance, _boot, new SequenceRange(6, 8), Ct));
    }

    [Fact]
    public async Task Readable_view_has_a_word_for_every_number()
    {
        var operations = Enum.GetValues<AccessOperation>();
        var outcomes = Enum.GetValues<AccessOutcome>();
        var sources = Enum.GetValues<AccessSource>();
        var errors = Enum.GetValues<SecretErrorCode>();
        var rows = errors
            .Select(
                (error, i) =>
                    AccessRows.Row(_boot, i + 1) with
                    {
                        Operation = operations[i % operations.Length],
                        Outcome = outcomes[i % outcomes.Length],
                        Source = sources[i % sources.Length],
                        Error = error,
                    }
            )
            .ToList();
        await Store.OpenAudit().AppendAsync(rows, Ct);

        var words = await Store.Open().UseAsync(ReadWordsAsync, Ct);

        Assert.Equal(rows.Select(row => $"{row.Operation} {row.Outcome} {row.Source} {row.Error}"), words);
    }

    private static async Task<List<string>> ReadWordsAsync(DbConnection connection, CancellationToken ct)
    {
        await using var command = connection.Command(
            "SELECT operation, outcome, source, error FROM access_log_readable ORDER BY sequence"
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var words = new List<string>();
        while (await reader.ReadAsync(ct))
            words.Add(string.Join(' ', Enumerable.Range(0, 4).Select(i => Pascal(reader.GetString(i)))));
        return words;

        static string Pascal(string snake) =>
            string.Concat(snake.Split('_').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
    }
}
