using Strongroom.Backends;

namespace Strongroom.Conformance;

/// <summary>Writes: check-and-set, fields, deletion, and pending values.</summary>
public abstract class WriteConformance : BackendConformance
{
    [Fact]
    public async Task WriteAsync_if_absent_of_an_absent_secret_writes()
    {
        var text = NewValue();
        await WriteAsync(Single, text, SetCondition.Absent);

        Assert.Equal(text, await ReadTextAsync(Single));
    }

    [Fact]
    public async Task WriteAsync_if_absent_of_a_present_secret_conflicts_and_leaves_it()
    {
        var text = NewValue();
        await WriteAsync(Single, text);

        await ConflictsAsync(() => WriteAsync(Single, NewValue(), SetCondition.Absent));

        Assert.Equal(text, await ReadTextAsync(Single));
    }

    [Fact]
    public async Task WriteAsync_of_the_current_version_writes()
    {
        var receipt = await WriteAsync(Single, NewValue());
        var text = NewValue();
        await WriteAsync(Single, text, SetCondition.Version(receipt.Version));

        Assert.Equal(text, await ReadTextAsync(Single));
    }

    [Fact]
    public async Task WriteAsync_of_a_version_that_is_no_longer_current_conflicts_and_leaves_it()
    {
        var old = await WriteAsync(Single, NewValue());
        var text = NewValue();
        await WriteAsync(Single, text);

        var lost = NewValue();
        var conflict = await ConflictsAsync(() => WriteAsync(Single, lost, SetCondition.Version(old.Version)));

        Assert.Equal(text, await ReadTextAsync(Single));
        Assert.DoesNotContain(lost, conflict.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(text, conflict.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteAsync_by_many_if_absent_lets_one_through()
    {
        var texts = Enumerable.Range(0, 6).Select(_ => NewValue()).ToList();

        var written = await Task.WhenAll(texts.Select(text => Task.Run(() => HappensAsync(text, SetCondition.Absent), Ct)));

        Assert.Equal(1, written.Count(happened => happened));
        Assert.Equal(texts[Array.IndexOf(written, true)], await ReadTextAsync(Single));
    }

    [Fact]
    public async Task WriteAsync_by_many_of_one_version_lets_one_through()
    {
        var receipt = await WriteAsync(Single, NewValue());
        var texts = Enumerable.Range(0, 6).Select(_ => NewValue()).ToList();

        var written = await Task.WhenAll(
            texts.Select(text => Task.Run(() => HappensAsync(text, SetCondition.Version(receipt.Version)), Ct))
        );

        Assert.Equal(1, written.Count(happened => happened));
        Assert.Equal(texts[Array.IndexOf(written, true)], await ReadTextAsync(Single));
    }

    [Fact]
    public async Task WriteAsync_of_one_field_keeps_the_other()
    {
        var (id, key) = (NewValue(), NewValue());
        await WriteAsync(PairId, NewValue());
        await WriteAsync(PairKey, key);
        await WriteAsync(PairId, id);

        Assert.Equal([id, key], (await ReadAsync(PairId, PairKey)).Values!.Select(value => value.Reveal()));
    }

    [Fact]
    public async Task WriteAsync_of_one_field_changes_the_version_of_the_bundle()
    {
        await WriteAsync(PairId, NewValue());
        await WriteAsync(PairKey, NewValue());
        var before = await ReadAsync(PairId, PairKey);
        await WriteAsync(PairKey, NewValue());

        Assert.NotEqual(before.Version, (await ReadAsync(PairId, PairKey)).Version);
    }

    [Fact]
    public async Task WriteAsync_of_the_same_value_again_leaves_it_readable()
    {
        var text = NewValue();
        await WriteAsync(Single, text);
        await WriteAsync(Single, text);

        Assert.Equal(text, await ReadTextAsync(Single));
    }

    [Fact]
    public async Task WriteAsync_of_one_secret_leaves_its_neighbours()
    {
        var neighbour = NewValue();
        await WriteAsync(Singleton, neighbour);
        var before = await ReadAsync(Singleton);
        await WriteAsync(Single, NewValue());

        var after = await ReadAsync(Singleton);
        Assert.Equal(neighbour, TextOf(after));
        Assert.Equal(before.Version, after.Version);
    }

    [Fact]
    public async Task WriteAsync_to_a_backend_out_of_reach_throws_and_writes_nothing()
    {
        var text = NewValue();
        await WriteAsync(Single, text);
        await Fixture.CutAsync();
        var error = await Assert.ThrowsAnyAsync<SecretException>(() => WriteAsync(Single, NewValue()));
        await Fixture.MendAsync();

        Assert.Equal(Fixture.CutCode, error.Code);
        Assert.Equal(text, await ReadTextAsync(Single));
    }

    [Fact]
    public async Task DeleteAsync_makes_the_secret_not_found()
    {
        await WriteAsync(Single, NewValue());
        await Backend.DeleteAsync(Single, Ct);

        Assert.Equal(
            Backend.Capabilities.Restore ? SecretErrorCode.Deleted : SecretErrorCode.Missing,
            (await ReadAsync(Single)).Error?.Code
        );
    }

    [Fact]
    public async Task DeleteAsync_of_an_absent_secret_is_missing()
    {
        var error = await Assert.ThrowsAsync<SecretNotFoundException>(() => Backend.DeleteAsync(Absent, Ct).AsTask());

        Assert.Equal(SecretErrorCode.Missing, error.Code);
    }

    [Fact]
    public async Task DeleteAsync_leaves_the_neighbours()
    {
        var neighbour = NewValue();
        await WriteAsync(Single, NewValue());
        await WriteAsync(Singleton, neighbour);
        await Backend.DeleteAsync(Single, Ct);

        Assert.Equal(neighbour, await ReadTextAsync(Singleton));
    }

    [Fact]
    public async Task WriteAsync_of_a_deleted_secret_writes_or_says_that_it_is_deleted()
    {
        await WriteAsync(Single, NewValue());
        await Backend.DeleteAsync(Single, Ct);
        var text = NewValue();
        if (Fixture.RewritesDeleted)
        {
            await WriteAsync(Single, text);
            Assert.Equal(text, await ReadTextAsync(Single));
        }
        else
        {
            Assert.Equal(
                SecretErrorCode.Deleted,
                (await Assert.ThrowsAnyAsync<SecretException>(() => WriteAsync(Single, text))).Code
            );
        }
    }

    [Fact]
    public async Task WriteAsync_of_a_pending_value_is_out_of_readers_sight()
    {
        var text = NewValue();
        await WriteAsync(Single, text);
        if (!Backend.Capabilities.Pending)
        {
            await IsUnsupportedAsync(() => WriteAsync(Single, NewValue(), stage: SecretStage.Pending));
            return;
        }
        var before = await ReadAsync(Single);
        await WriteAsync(Single, NewValue(), stage: SecretStage.Pending);

        var after = await ReadAsync(Single);
        Assert.Equal(text, TextOf(after));
        Assert.Equal(before.Version, after.Version);
        Assert.DoesNotContain(await ListAsync("conf"), name => name.Contains("pending", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task ReadAsync_of_the_pending_stage_gives_the_pending_value()
    {
        await WriteAsync(Single, NewValue());
        if (!Backend.Capabilities.Pending)
        {
            IsUnsupported(
                await ReadAsync(new SecretRequest("single", [Single], ReadPurpose.Get) { Stage = SecretStage.Pending })
            );
            return;
        }
        var text = NewValue();
        await WriteAsync(Single, text, stage: SecretStage.Pending);

        Assert.Equal(
            text,
            TextOf(await ReadAsync(new SecretRequest("single", [Single], ReadPurpose.Get) { Stage = SecretStage.Pending }))
        );
    }

    [Fact]
    public void Capabilities_have_pending_values_only_where_they_can_be_promoted() =>
        Assert.Equal(Backend is IRotatingBackend, Backend.Capabilities.Pending);

    private async Task<bool> HappensAsync(string text, SetCondition condition)
    {
        try
        {
            await WriteAsync(Single, text, condition);
            return true;
        }
        catch (SecretWriteException e) when (e.Code == SecretErrorCode.Conflict)
        {
            return false;
        }
    }
}
