using System.Data.Common;
using Strongroom.Audit;
using Strongroom.Storage.Tests.Support;

namespace Strongroom.Storage.Tests.Audit;

/// <summary>What every store of audit rows does.</summary>
public abstract class AuditStoreConformance : StoreTests
{
    private readonly Guid _boot = Guid.NewGuid();

    [Fact]
    public async Task AppendAsync_row_with_everything_comes_back_the_same()
    {
        var row = AccessRows.Row(_boot, 1) with
        {
            AccessCount = long.MaxValue,
            Operation = AccessOperation.Fetch,
            Outcome = AccessOutcome.Denied,
            Source = AccessSource.Backend,
            RequestId = "c2b5a1f0-5f7b-4d55-9d0d-0c1a3d7e9a11",
            Duration = TimeSpan.FromMicroseconds(1234),
            Error = SecretErrorCode.Denied,
        };
        var store = Store.OpenAudit();

        await store.AppendAsync(Instance, [row], Ct);
        Assert.Equal([row with { Actor = Instance.Actor }], await store.QueryAllAsync());

        // Rows that are there already take another way.
        var second = row with { Sequence = 2 };
        await store.AppendAsync(Instance, [row, second], Ct);
        Assert.Equal([row with { Actor = Instance.Actor }, second with { Actor = Instance.Actor }], await store.QueryAllAsync());
    }

    [Fact]
    public async Task AppendAsync_moment_finer_than_a_microsecond_is_rounded_down_and_given_in_utc()
    {
        var before1970 = new DateTimeOffset(1969, 12, 31, 23, 59, 59, TimeSpan.Zero).AddTicks(-1);
        var row = AccessRows.Row(_boot, 1) with
        {
            FirstAt = before1970,
            LastAt = AccessRows.Start.AddTicks(9).ToOffset(TimeSpan.FromHours(5)),
        };
        var store = Store.OpenAudit();

        await store.AppendAsync([row], Ct);

        var stored = Assert.Single(await store.QueryAllAsync());
        Assert.Equal(before1970.AddTicks(1).AddMicroseconds(-1), stored.FirstAt);
        Assert.Equal(AccessRows.Start, stored.LastAt);
        Assert.Equal(TimeSpan.Zero, stored.LastAt.Offset);
    }

    [Fact]
    public async Task AppendAsync_same_rows_twice_stores_them_once()
    {
        var rows = AccessRows.Range(_boot, 1, 50);
        var store = Store.OpenAudit();

        await store.AppendAsync(rows, Ct);
        await store.AppendAsync(rows, Ct);

        Assert.Equal(rows, await store.QueryAllAsync());
    }

    [Fact]
    public async Task AppendAsync_partly_known_rows_adds_the_others_and_keeps_the_first_of_each()
    {
        var store = Store.OpenAudit();
        await store.AppendAsync(AccessRows.Range(_boot, 1, 10), Ct);

        await store.AppendAsync([.. AccessRows.Range(_boot, 5, 10).Select(row => row with { Name = "later" })], Ct);

        var names = (await store.QueryAllAsync()).Select(row => (row.Sequence, row.Name));
        Assert.Equal(Enumerable.Range(1, 14).Select(i => ((long)i, i <= 10 ? "alpaca/api_key_id" : "later")), names);
    }

    [Fact]
    public async Task AppendAsync_same_row_twice_in_one_batch_stores_it_once()
    {
        var row = AccessRows.Row(_boot, 1);
        var store = Store.OpenAudit();

        await store.AppendAsync([row, AccessRows.Row(_boot, 2), row], Ct);

        Assert.Equal([1L, 2L], (await store.QueryAllAsync()).Select(stored => stored.Sequence));
    }

    [Fact]
    public async Task AppendAsync_same_sequence_of_other_boot_or_instance_is_another_row()
    {
        var row = AccessRows.Row(_boot, 1);
        var store = Store.OpenAudit();

        await store.AppendAsync([row, row with { Instance = "execution_gateway-2" }, row with { Boot = Guid.NewGuid() }], Ct);

        Assert.Equal(3, (await store.QueryAllAsync()).Count);
    }

    [Fact]
    public async Task AppendAsync_of_nothing_stores_nothing()
    {
        var store = Store.OpenAudit();

        await store.AppendAsync([], Ct);

        Assert.Empty(await store.QueryAllAsync());
    }

    [Fact]
    public async Task AppendAsync_batch_with_one_bad_row_stores_none_of_it()
    {
        var rows = AccessRows.Range(_boot, 1, 3000);
        rows.Add(null!);
        var store = Store.OpenAudit();

        await Assert.ThrowsAnyAsync<NullReferenceException>(async () => await store.AppendAsync(rows, Ct));

        Assert.Empty(await store.QueryAllAsync());
        await store.AppendAsync(rows[..3000], Ct);
        Assert.Equal(3000, await CountAsync("access_log"));
    }

    [Fact]
    public async Task AppendAsync_cancelled_stores_nothing()
    {
        var store = Store.OpenAudit();
        await store.PrepareAsync(Ct);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await store.AppendAsync(AccessRows.Range(_boot, 1, 10), cancelled.Token)
        );

        Assert.Empty(await store.QueryAllAsync());
    }

    [Fact]
    public async Task AppendAsync_longest_texts_come_back_whole()
    {
        var row = AccessRows.Row(_boot, 1) with
        {
            Name = new string('n', SecretName.MaxLength),
            Version = new string('v', SecretVersion.MaxLength),
            RequestId = new string('r', 128),
        };
        var store = Store.OpenAudit();

        await store.AppendAsync([row], Ct);

        Assert.Equal([row], await store.QueryAllAsync());
    }

    [Fact]
    public async Task AppendAsync_text_of_any_script_comes_back_whole()
    {
        var row = AccessRows.Row(_boot, 1) with { Instance = "größe-東京-🔐", RequestId = "a\tb\nc\\d\"e'f\u0001\u007f" };
        var store = Store.OpenAudit();

        await store.AppendAsync([row], Ct);
        await store.AppendAsync([row], Ct);

        Assert.Equal([row], await store.QueryAllAsync());
    }

    [Fact]
    public async Task AppendAsync_text_that_no_database_takes_is_stored_with_a_replacement()
    {
        var row = AccessRows.Row(_boot, 1) with { RequestId = "nul\0end", Backend = "lone\ud800surrogate" };
        var store = Store.OpenAudit();

        await store.AppendAsync([row], Ct);

        var stored = Assert.Single(await store.QueryAllAsync());
        Assert.Equal(("nul\ufffdend", "lone\ufffdsurrogate"), (stored.RequestId, stored.Backend));
    }

    [Fact]
    public async Task AppendAsync_by_five_writers_at_once_loses_and_doubles_nothing()
    {
        var boots = Enumerable.Range(0, 5).Select(_ => Guid.NewGuid()).ToList();

        await Task.WhenAll(
            boots.Select(boot =>
                Task.Run(
                    async () =>
                    {
                        var store = Store.OpenAudit();
                        for (var batch = 0; batch < 10; batch++)
                            await store.AppendAsync(AccessRows.Range(boot, (batch * 20) + 1, 20), Ct);
                    },
                    Ct
                )
            )
        );

        var rows = await Store.OpenAudit().QueryAllAsync();
        Assert.All(boots, boot =>
            Assert.Equal(
                Enumerable.Range(1, 200).Select(i => (long)i),
                rows.Where(row => row.Boot == boot).Select(row => row.Sequence)
            )
        );
    }

    [Fact]
    public async Task AppendAsync_of_one_boot_by_two_drainers_at_once_doubles_nothing()
    {
        var rows = AccessRows.Range(_boot, 1, 500);

        await Task.WhenAll(
            Enumerable.Range(0, 2).Select(_ => Task.Run(async () => await Store.OpenAudit().AppendAsync(rows, Ct), Ct))
        );

        Assert.Equal(rows, await Store.OpenAudit().QueryAllAsync());
    }

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
        await store.RegisterAsync(
            new InstanceRow(
                "execution_gateway-1",
                _boot,
                "execution_gateway",
                "test",
                "vault",
                "host",
                42,
                "vault:ldap-jo",
                AccessRows.Start
            ),
            Ct
        );
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
    public async Task RegisterAsync_twice_stores_the_instance_once()
    {
        var store = Store.OpenAudit();
        var instance = new InstanceRow(
            "execution_gateway-1",
            _boot,
            "execution_gateway",
            "test",
            "vault",
            "host",
            42,
            "trader",
            AccessRows.Start
        );

        await store.RegisterAsync(instance, Ct);
        await store.RegisterAsync(instance, Ct);
        await store.RegisterAsync(instance with { Boot = Guid.NewGuid() }, Ct);

        Assert.Equal(2, await CountAsync("instances"));
    }

    [Fact]
    public async Task AppendAsync_with_the_instance_stores_both_and_passes_over_what_is_known()
    {
        var store = Store.OpenAudit();
        await store.AppendAsync(Instance, AccessRows.Range(_boot, 1, 3), Ct);
        await store.AppendAsync(Instance, AccessRows.Range(_boot, 2, 3), Ct);

        Assert.Equal([1L, 2L, 3L, 4L], (await store.QueryAllAsync()).Select(row => row.Sequence));
        Assert.All(await store.QueryAllAsync(), row => Assert.Equal("trader", row.Actor));
        Assert.Equal(1, await CountAsync("instances"));
    }

    [Fact]
    public async Task AppendAsync_after_the_database_was_made_anew_heals_by_itself_and_knows_who_writes()
    {
        var store = Store.OpenAudit();
        await store.AppendAsync(Instance, AccessRows.Range(_boot, 1, 3), Ct);
        await Store.RecreateAsync();

        for (var round = 0; ; round++)
        {
            try
            {
                await store.AppendAsync(Instance, AccessRows.Range(_boot, 4, 3), Ct);
                break;
            }
            catch (SecretException) when (round < 5) { }
        }

        Assert.Equal(
            [(4L, "trader"), (5L, "trader"), (6L, "trader")],
            (await store.QueryAllAsync()).Select(row => (row.Sequence, row.Actor))
        );
        Assert.Equal(
            [new SequenceRange(1, 3)],
            await store.FindMissingAsync(Instance.Instance, _boot, new SequenceRange(1, 6), Ct)
        );
    }

    [Fact]
    public async Task FindMissingAsync_gives_each_hole_of_that_boot_and_instance()
    {
        var store = Store.OpenAudit();
        await store.AppendAsync(
            [.. AccessRows.Range(_boot, 3, 2), .. AccessRows.Range(_boot, 8, 2), .. AccessRows.Range(Guid.NewGuid(), 1, 20)],
            Ct
        );
        await store.AppendAsync([.. AccessRows.Range(_boot, 1, 20).Select(row => row with { Instance = "other" })], Ct);

        Assert.Equal(
            [new(1, 2), new(5, 7), new(10, 12)],
            await store.FindMissingAsync(Instance.Instance, _boot, new SequenceRange(1, 12), Ct)
        );
        Assert.Empty(await store.FindMissingAsync(Instance.Instance, _boot, new SequenceRange(8, 9), Ct));
        Assert.Equal([new(6, 7)], await store.FindMissingAsync(Instance.Instance, _boot, new SequenceRange(6, 8), Ct));
    }

    private InstanceRow Instance =>
        new("execution_gateway-1", _boot, "execution_gateway", "test", "vault", "host", 42, "trader", AccessRows.Start);

    [Fact]
    public async Task PrepareAsync_on_an_empty_database_makes_the_schema_in_test()
    {
        await Store.OpenAudit().PrepareAsync(Ct);

        Assert.Equal(0, await CountAsync("access_log"));
    }

    [Theory]
    [InlineData("UPDATE access_log SET name = 'other'")]
    [InlineData("DELETE FROM access_log")]
    public async Task Rows_refuse_change_and_deletion(string sql)
    {
        var store = Store.OpenAudit();
        await store.AppendAsync([AccessRows.Row(_boot, 1)], Ct);

        await Assert.ThrowsAnyAsync<DbException>(() =>
            Store.Open().UseAsync((connection, ct) => connection.ExecuteAsync(sql, ct), Ct)
        );

        Assert.Equal([AccessRows.Row(_boot, 1)], await store.QueryAllAsync());
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
