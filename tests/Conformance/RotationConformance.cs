using Strongroom.Backends;

namespace Strongroom.Conformance;

/// <summary>The steps of a rotation: each can be repeated, and affects no version but the one it names.</summary>
public abstract class RotationConformance : BackendConformance
{
    private const string Key = "rotation-1";

    private IRotatingBackend Rotating => Assert.IsType<IRotatingBackend>(Backend, exactMatch: false);

    [Fact]
    public async Task PromoteAsync_makes_the_pending_value_current_and_the_current_one_previous()
    {
        var (old, fresh) = (NewValue(), NewValue());
        var current = await WriteAsync(Single, old);
        var pending = await WriteAsync(Single, fresh, stage: SecretStage.Pending);
        await Rotating.PromoteAsync(Single, pending.Version, current.Version, Ct);

        Assert.Equal(fresh, await ReadTextAsync(Single));
        Assert.Equal(old, TextOf(await ReadStageAsync(SecretStage.Previous)));
    }

    [Fact]
    public async Task PromoteAsync_again_changes_nothing()
    {
        var current = await WriteAsync(Single, NewValue());
        var pending = await WriteAsync(Single, NewValue(), stage: SecretStage.Pending);
        var first = await Rotating.PromoteAsync(Single, pending.Version, current.Version, Ct);
        var second = await Rotating.PromoteAsync(Single, pending.Version, current.Version, Ct);

        Assert.Equal(first.Version, second.Version);
        Assert.Equal(first.Version, (await ReadAsync(Single)).Version);
    }

    [Fact]
    public async Task PromoteAsync_from_a_version_that_is_no_longer_current_conflicts()
    {
        var old = await WriteAsync(Single, NewValue());
        var pending = await WriteAsync(Single, NewValue(), stage: SecretStage.Pending);
        var text = NewValue();
        await WriteAsync(Single, text);

        await ConflictsAsync(() => Rotating.PromoteAsync(Single, pending.Version, old.Version, Ct).AsTask());

        Assert.Equal(text, await ReadTextAsync(Single));
    }

    [Fact]
    public async Task PromoteAsync_of_what_was_discarded_conflicts_though_another_value_is_pending()
    {
        var text = NewValue();
        var current = await WriteAsync(Single, text);
        var stale = await WriteAsync(Single, NewValue(), stage: SecretStage.Pending);
        await Rotating.DiscardAsync(Single, stale.Version, Ct);
        await WriteAsync(Single, NewValue(), stage: SecretStage.Pending);

        await ConflictsAsync(() => Rotating.PromoteAsync(Single, stale.Version, current.Version, Ct).AsTask());

        Assert.Equal(text, await ReadTextAsync(Single));
    }

    [Fact]
    public async Task WriteAsync_again_under_its_key_makes_no_second_pending_value()
    {
        await WriteAsync(Single, NewValue());
        var text = NewValue();
        var first = await WriteAsync(Single, text, stage: SecretStage.Pending, key: Key);
        var second = await WriteAsync(Single, NewValue(), stage: SecretStage.Pending, key: Key);

        Assert.Equal(first.Version, second.Version);
        Assert.Equal(text, TextOf(await ReadStageAsync(SecretStage.Pending)));
    }

    [Fact]
    public async Task WriteAsync_again_under_its_key_succeeds_though_its_condition_holds_no_longer()
    {
        var text = NewValue();
        var before = await WriteAsync(Single, NewValue());
        var first = await WriteAsync(Single, text, SetCondition.Version(before.Version), key: Key);
        var second = await WriteAsync(Single, text, SetCondition.Version(before.Version), key: Key);

        Assert.Equal(first.Version, second.Version);
        Assert.Equal(text, await ReadTextAsync(Single));
    }

    [Fact]
    public async Task WriteAsync_under_a_key_leaves_another_operations_pending_value()
    {
        await WriteAsync(Single, NewValue());
        var text = NewValue();
        await WriteAsync(Single, text, stage: SecretStage.Pending, key: "rotation-0");

        await ConflictsAsync(() => WriteAsync(Single, NewValue(), stage: SecretStage.Pending, key: Key));

        Assert.Equal(text, TextOf(await ReadStageAsync(SecretStage.Pending)));
    }

    [Fact]
    public async Task FindPendingAsync_tells_the_operation_and_whether_it_is_promoted_until_it_is_discarded()
    {
        var current = await WriteAsync(Single, NewValue());
        Assert.Null(await Rotating.FindPendingAsync(Single, Ct));

        var pending = await WriteAsync(Single, NewValue(), stage: SecretStage.Pending, key: Key);
        Assert.Equal(new PendingVersion(pending.Version, Key, false), await Rotating.FindPendingAsync(Single, Ct));

        await Rotating.PromoteAsync(Single, pending.Version, current.Version, Ct);
        Assert.Equal(new PendingVersion(pending.Version, Key, true), await Rotating.FindPendingAsync(Single, Ct));

        await Rotating.DiscardAsync(Single, pending.Version, Ct);
        Assert.Null(await Rotating.FindPendingAsync(Single, Ct));
    }

    [Fact]
    public async Task DiscardAsync_twice_removes_the_pending_value_and_leaves_the_current_one()
    {
        var text = NewValue();
        await WriteAsync(Single, text);
        var pending = await WriteAsync(Single, NewValue(), stage: SecretStage.Pending);
        await Rotating.DiscardAsync(Single, pending.Version, Ct);
        await Rotating.DiscardAsync(Single, pending.Version, Ct);

        Assert.Equal(text, await ReadTextAsync(Single));
        Assert.False((await ReadStageAsync(SecretStage.Pending)).Succeeded);
    }

    [Fact]
    public async Task DiscardAsync_after_a_promotion_leaves_the_promoted_value_current()
    {
        var text = NewValue();
        var current = await WriteAsync(Single, NewValue());
        var pending = await WriteAsync(Single, text, stage: SecretStage.Pending);
        var promoted = await Rotating.PromoteAsync(Single, pending.Version, current.Version, Ct);
        await Rotating.DiscardAsync(Single, pending.Version, Ct);

        var answer = await ReadAsync(Single);
        Assert.Equal(text, TextOf(answer));
        Assert.Equal(promoted.Version, answer.Version);
    }

    [Fact]
    public async Task DiscardAsync_of_a_replaced_value_keeps_the_one_that_replaced_it()
    {
        await WriteAsync(Single, NewValue());
        var stale = await WriteAsync(Single, NewValue(), stage: SecretStage.Pending);
        await Rotating.DiscardAsync(Single, stale.Version, Ct);
        var text = NewValue();
        await WriteAsync(Single, text, stage: SecretStage.Pending);

        await ConflictsAsync(() => Rotating.DiscardAsync(Single, stale.Version, Ct).AsTask());

        Assert.Equal(text, TextOf(await ReadStageAsync(SecretStage.Pending)));
    }

    [Fact]
    public async Task MakeCurrentAsync_twice_brings_an_older_value_back_once()
    {
        var text = NewValue();
        var old = await WriteAsync(Single, text);
        var current = await WriteAsync(Single, NewValue());
        var first = await Rotating.MakeCurrentAsync(Single, old.Version, current.Version, Ct);
        var second = await Rotating.MakeCurrentAsync(Single, old.Version, current.Version, Ct);

        Assert.Equal(first.Version, second.Version);
        var answer = await ReadAsync(Single);
        Assert.Equal(text, TextOf(answer));
        Assert.Equal(first.Version, answer.Version);
    }

    [Fact]
    public async Task MakeCurrentAsync_where_another_version_is_current_conflicts_and_leaves_it()
    {
        var old = await WriteAsync(Single, NewValue());
        var current = await WriteAsync(Single, NewValue());
        var text = NewValue();
        await WriteAsync(Single, text);

        await ConflictsAsync(() => Rotating.MakeCurrentAsync(Single, old.Version, current.Version, Ct).AsTask());

        Assert.Equal(text, await ReadTextAsync(Single));
    }

    [Fact]
    public async Task MakeCurrentAsync_of_a_version_that_never_was_is_gone()
    {
        var text = NewValue();
        var current = await WriteAsync(Single, text);

        var gone = await Assert.ThrowsAsync<SecretNotFoundException>(() =>
            Rotating.MakeCurrentAsync(Single, Fixture.UnknownVersion, current.Version, Ct).AsTask()
        );

        Assert.Equal(SecretErrorCode.VersionGone, gone.Code);
        Assert.Equal(text, await ReadTextAsync(Single));
    }

    [Fact]
    public async Task KeepAsync_twice_keeps_a_version_readable()
    {
        var text = NewValue();
        var old = await WriteAsync(Single, text);
        await WriteAsync(Single, NewValue());
        await Rotating.KeepAsync(Single, old.Version, Ct);
        await Rotating.KeepAsync(Single, old.Version, Ct);
        await WriteAsync(Single, NewValue());

        Assert.Equal(text, TextOf(await ReadVersionAsync(old.Version)));
    }

    [Fact]
    public async Task KeepAsync_of_a_version_that_never_was_is_gone()
    {
        await WriteAsync(Single, NewValue());

        var gone = await Assert.ThrowsAsync<SecretNotFoundException>(() =>
            Rotating.KeepAsync(Single, Fixture.UnknownVersion, Ct).AsTask()
        );

        Assert.Equal(SecretErrorCode.VersionGone, gone.Code);
    }

    [Fact]
    public async Task DestroyAsync_twice_of_an_older_version_leaves_the_current_one()
    {
        var old = await WriteAsync(Single, NewValue());
        var text = NewValue();
        await WriteAsync(Single, text);
        await Rotating.KeepAsync(Single, old.Version, Ct);
        await Rotating.DestroyAsync(Single, old.Version, Ct);
        await Rotating.DestroyAsync(Single, old.Version, Ct);

        Assert.Equal(text, await ReadTextAsync(Single));
        Assert.False((await ReadStageAsync(SecretStage.Previous)).Succeeded);
    }

    [Fact]
    public async Task DestroyAsync_of_the_current_version_is_refused()
    {
        var text = NewValue();
        var current = await WriteAsync(Single, text);

        var refused = await Assert.ThrowsAsync<SecretWriteException>(() =>
            Rotating.DestroyAsync(Single, current.Version, Ct).AsTask()
        );

        Assert.Equal(SecretErrorCode.WriteFailed, refused.Code);
        Assert.Equal(text, await ReadTextAsync(Single));
    }

    [Fact]
    public async Task NoteRotationAsync_makes_no_version()
    {
        var current = await WriteAsync(Single, NewValue());
        await Rotating.NoteRotationAsync(Single, DateTimeOffset.UnixEpoch, Ct);

        Assert.Equal(current.Version, (await ReadAsync(Single)).Version);
    }

    private Task<SecretReadResult> ReadStageAsync(SecretStage stage) =>
        ReadAsync(new SecretRequest("single", [Single], ReadPurpose.Get) { Stage = stage });

    private Task<SecretReadResult> ReadVersionAsync(SecretVersion version) =>
        ReadAsync(new SecretRequest("single", [Single], ReadPurpose.Get) { Version = version });
}
