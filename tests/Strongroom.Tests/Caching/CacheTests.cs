using Strongroom.Audit;
using Strongroom.Backends;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Caching;

public sealed class CacheTests : IDisposable
{
    private readonly Fixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Get_twice_asks_the_backend_once()
    {
        var first = await _fixture.Manager.GetAsync(Fixture.KeyId);
        var second = await _fixture.Manager.GetAsync(Fixture.KeyId);

        Assert.Same(first, second);
        Assert.Equal(_fixture.Backend.ValueOf(Fixture.Alpaca), first.Value.Reveal());
        Assert.Equal(1, _fixture.Backend.Calls);
    }

    [Fact]
    public async Task Get_hit_allocates_nothing_and_completes_synchronously()
    {
        await _fixture.StartAsync();
        await _fixture.Manager.GetAsync(Fixture.KeyId);
        await _fixture.Manager.GetAsync(Fixture.KeyId);

        var manager = _fixture.Manager;
        Assert.Equal(
            0,
            Allocations.LeastOf(() =>
            {
                var pending = manager.GetAsync(Fixture.KeyId, CancellationToken.None);
                if (!pending.IsCompletedSuccessfully || pending.Result.Version.Id != "1")
                    Assert.Fail("not a hit");
            })
        );
    }

    [Fact]
    public async Task Get_of_one_bundle_by_many_callers_at_once_is_one_fetch()
    {
        var gate = _fixture.Backend.Hang(Fixture.Alpaca);
        var callers = Enumerable.Range(0, 100).Select(_ => _fixture.Manager.GetAsync(Fixture.KeyId).AsTask()).ToList();
        gate.SetResult();

        var secrets = await Task.WhenAll(callers);
        Assert.Single(secrets.Distinct());
        Assert.Equal(1, _fixture.Backend.Calls);
        Assert.Equal(99, _fixture.Rows().Where(row => row.Source == AccessSource.Joined).Sum(row => row.AccessCount));
    }

    [Fact]
    public async Task Get_cancelled_by_its_caller_cancels_not_the_fetch_that_others_wait_for()
    {
        var gate = _fixture.Backend.Hang(Fixture.Alpaca);
        using var impatient = new CancellationTokenSource();
        var leaving = _fixture.Manager.GetAsync(Fixture.KeyId, impatient.Token).AsTask();
        var staying = _fixture.Manager.GetAsync(Fixture.KeyId).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);

        gate.SetResult();
        Assert.Equal("1", (await staying).Version.Id);
        Assert.Equal(1, _fixture.Backend.Calls);
    }

    [Fact]
    public async Task Get_of_a_missing_secret_remembers_nothing()
    {
        _fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Missing);
        await Assert.ThrowsAsync<SecretNotFoundException>(async () => await _fixture.Manager.GetAsync(Fixture.KeyId));

        _fixture.Backend.Heal(Fixture.Alpaca);
        Assert.Equal("1", (await _fixture.Manager.GetAsync(Fixture.KeyId)).Version.Id);
    }

    [Fact]
    public async Task Get_of_a_set_during_a_rotation_is_never_half_old_and_half_new()
    {
        await _fixture.StartAsync();
        var (sets, rotating) = (0, true);
        var reader = Task.Run(async () =>
        {
            while (Volatile.Read(ref rotating))
            {
                var set = await _fixture.PairAsync();
                var version = int.Parse(set[0].Version.Id, null);
                Assert.Equal(set[0].Version, set[1].Version);
                Assert.Equal(_fixture.Backend.ValueOf(Fixture.Alpaca, version, 0), set[Fixture.KeyId].Value.Reveal());
                Assert.Equal(_fixture.Backend.ValueOf(Fixture.Alpaca, version, 1), set[Fixture.SecretKey].Value.Reveal());
                Interlocked.Increment(ref sets);
            }
        });
        // However late the reader starts, rotations go on while it reads.
        var rotations = 0;
        while ((rotations < 200 || Volatile.Read(ref sets) < 200) && !reader.IsCompleted)
        {
            _fixture.Backend.Rotate(Fixture.Alpaca);
            await _fixture.Runtime.RefreshAsync(TestContext.Current.CancellationToken);
            rotations++;
        }
        Volatile.Write(ref rotating, false);
        await reader;
        Assert.Equal($"{rotations + 1}", (await _fixture.PairAsync())[0].Version.Id);
    }

    [Fact]
    public async Task Get_of_an_undeclared_name_is_refused_and_audited()
    {
        var other = SecretName.Parse("somebody/elses");
        var refused = await Assert.ThrowsAsync<SecretRefusedException>(async () => await _fixture.Manager.GetAsync(other));

        Assert.Equal(SecretErrorCode.Undeclared, refused.Code);
        Assert.Contains(_fixture.Rows(), row =>
            row is { Name: "somebody/elses", Outcome: AccessOutcome.Refused, Error: SecretErrorCode.Undeclared }
        );
        Assert.Equal(0, _fixture.Backend.Calls);
    }

    [Fact]
    public async Task Get_of_a_name_declared_for_writing_only_is_refused() =>
        Assert.Equal(
            SecretErrorCode.Undeclared,
            (await Assert.ThrowsAsync<SecretRefusedException>(async () => await _fixture.Manager.GetAsync(Fixture.Note))).Code
        );

    [Fact]
    public async Task Get_by_version_passes_the_cache()
    {
        await _fixture.StartAsync();
        _fixture.Backend.Rotate(Fixture.Alpaca);
        var old = await _fixture.Runtime.Versions.GetAsync(Fixture.KeyId, new SecretVersion("1"));

        Assert.Equal(_fixture.Backend.ValueOf(Fixture.Alpaca, 1), old.Value.Reveal());
        Assert.Contains(_fixture.Rows(), row =>
            row is { Operation: AccessOperation.Get, Source: AccessSource.Backend, Version: "1", Name: "alpaca/api_key_id" }
        );
    }

    [Fact]
    public async Task Get_by_version_that_fails_again_and_again_is_folded()
    {
        await _fixture.StartAsync();
        _fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        for (var i = 0; i < 1000; i++)
            await Assert.ThrowsAsync<SecretUnavailableException>(async () =>
                await _fixture.Runtime.Versions.GetAsync(Fixture.KeyId, new SecretVersion("1"))
            );
        var rows = _fixture
            .Rows()
            .Where(row => row is { Operation: AccessOperation.Get, Error: SecretErrorCode.Unreachable })
            .ToList();
        Assert.InRange(rows.Count, 1, 3);
        Assert.Equal(1000, rows.Sum(row => row.AccessCount));
    }

    [Fact]
    public async Task Set_needs_the_declared_access_and_gives_the_new_version()
    {
        using var value = SecretValue.FromText("what is written");
        Assert.Equal("2", (await _fixture.Manager.SetAsync(Fixture.Note, value)).Id);
        Assert.Contains(_fixture.Rows(), row =>
            row
                is {
                    Operation: AccessOperation.Write,
                    Outcome: AccessOutcome.Success,
                    Name: "notes/writable",
                    RequestId: "request-write"
                }
        );
        await Assert.ThrowsAsync<SecretRefusedException>(async () => await _fixture.Manager.SetAsync(Fixture.KeyId, value));
    }

    [Fact]
    public async Task Set_of_an_empty_or_too_large_value_is_an_error_before_the_backend_is_asked()
    {
        using var empty = SecretValue.FromText("");
        using var large = SecretValue.FromBytes(new byte[65_537]);
        await Assert.ThrowsAsync<SecretWriteException>(async () => await _fixture.Manager.SetAsync(Fixture.Note, empty));
        await Assert.ThrowsAsync<SecretWriteException>(async () => await _fixture.Manager.SetAsync(Fixture.Note, large));
        Assert.DoesNotContain(_fixture.Rows(), row => row.Operation == AccessOperation.Write);
    }

    [Fact]
    public async Task List_gives_declared_names_only()
    {
        var names = new List<string>();
        await foreach (var name in _fixture.Manager.ListAsync())
            names.Add(name.ToString());
        Assert.Equal(["alpaca/credentials", "database/password"], names);
    }

    [Fact]
    public async Task Delete_that_the_backend_denies_is_audited_as_denied()
    {
        await Assert.ThrowsAsync<SecretAccessDeniedException>(async () =>
            await _fixture.Runtime.Versions.DeleteAsync(Fixture.Note)
        );
        Assert.Contains(_fixture.Rows(), row => row is { Operation: AccessOperation.Delete, Outcome: AccessOutcome.Denied });
    }

    [Fact]
    public async Task Get_of_many_bundles_at_start_is_one_call_where_the_backend_takes_batches()
    {
        var backend = new ProgrammableBackend { Capabilities = new BackendCapabilities { BatchSize = 20 } };
        using var fixture = new Fixture(backend: backend);
        await fixture.StartAsync();
        Assert.Equal(1, backend.Calls);
        Assert.Equal(3, backend.Requests.Count);
    }
}
