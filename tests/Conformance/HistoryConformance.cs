using Strongroom.Backends;

namespace Strongroom.Conformance;

/// <summary>Versions, restoring, and lists.</summary>
public abstract class HistoryConformance : BackendConformance
{
    private bool KeepsVersions => Backend.Capabilities.Versions;

    [Fact]
    public async Task HistoryAsync_gives_the_newest_first_and_one_that_is_current()
    {
        var first = await WriteAsync(Single, NewValue());
        var second = await WriteAsync(Single, NewValue());
        if (!KeepsVersions)
        {
            await IsUnsupportedAsync(() => HistoryAsync(Single));
            return;
        }
        var history = await HistoryAsync(Single);

        Assert.Equal([second.Version, first.Version], history.Select(version => version.Version));
        Assert.Equal([true, false], history.Select(version => version.IsCurrent));
        Assert.All(history, version => Assert.Equal(SecretVersionState.Available, version.State));
    }

    [Fact]
    public async Task HistoryAsync_of_an_absent_secret_is_missing()
    {
        if (!KeepsVersions)
            await IsUnsupportedAsync(() => HistoryAsync(Absent));
        else
            Assert.Equal(
                SecretErrorCode.Missing,
                (await Assert.ThrowsAsync<SecretNotFoundException>(() => HistoryAsync(Absent))).Code
            );
    }

    [Fact]
    public async Task ReadAsync_of_an_older_version_gives_its_value()
    {
        var text = NewValue();
        var first = await WriteAsync(Single, text);
        await WriteAsync(Single, NewValue());

        var answer = await ReadAsync(new SecretRequest("single", [Single], ReadPurpose.Get) { Version = first.Version });

        if (!KeepsVersions)
        {
            IsUnsupported(answer);
            return;
        }
        Assert.Equal(text, TextOf(answer));
        Assert.Equal(first.Version, answer.Version);
    }

    [Fact]
    public async Task ReadAsync_of_a_version_that_never_was_is_gone_and_not_the_current_one()
    {
        await WriteAsync(Single, NewValue());

        var answer = await ReadAsync(new SecretRequest("single", [Single], ReadPurpose.Get) { Version = Fixture.UnknownVersion });

        if (KeepsVersions)
            Assert.Equal(SecretErrorCode.VersionGone, answer.Error?.Code);
        else
            IsUnsupported(answer);
    }

    [Fact]
    public async Task RestoreAsync_of_a_deleted_secret_brings_its_value_back()
    {
        var text = NewValue();
        await WriteAsync(Single, text);
        await Backend.DeleteAsync(Single, Ct);
        if (!Backend.Capabilities.Restore)
        {
            await IsUnsupportedAsync(() => Backend.RestoreAsync(Single, null, Ct).AsTask());
            return;
        }
        await Backend.RestoreAsync(Single, null, Ct);

        Assert.Equal(text, await ReadTextAsync(Single));
    }

    [Fact]
    public async Task RestoreAsync_of_an_older_version_makes_its_value_current()
    {
        var text = NewValue();
        var first = await WriteAsync(Single, text);
        await WriteAsync(Single, NewValue());
        if (!KeepsVersions)
        {
            await IsUnsupportedAsync(() => Backend.RestoreAsync(Single, first.Version, Ct).AsTask());
            return;
        }
        var receipt = await Backend.RestoreAsync(Single, first.Version, Ct);

        var answer = await ReadAsync(Single);
        Assert.Equal(text, TextOf(answer));
        Assert.Equal(receipt.Version, answer.Version);
    }

    [Fact]
    public async Task RestoreAsync_of_a_version_that_never_was_is_gone_and_changes_nothing()
    {
        var text = NewValue();
        await WriteAsync(Single, text);
        if (!KeepsVersions)
        {
            await IsUnsupportedAsync(() => Backend.RestoreAsync(Single, Fixture.UnknownVersion, Ct).AsTask());
            return;
        }
        var error = await Assert.ThrowsAsync<SecretNotFoundException>(() =>
            Backend.RestoreAsync(Single, Fixture.UnknownVersion, Ct).AsTask()
        );

        Assert.Equal(SecretErrorCode.VersionGone, error.Code);
        Assert.Equal(text, await ReadTextAsync(Single));
    }

    [Fact]
    public async Task RestoreAsync_of_an_absent_secret_is_missing()
    {
        if (!Backend.Capabilities.Restore)
            await IsUnsupportedAsync(() => Backend.RestoreAsync(Absent, null, Ct).AsTask());
        else
            Assert.Equal(
                SecretErrorCode.Missing,
                (await Assert.ThrowsAsync<SecretNotFoundException>(() => Backend.RestoreAsync(Absent, null, Ct).AsTask())).Code
            );
    }

    [Fact]
    public async Task ListAsync_gives_what_was_written_at_every_depth()
    {
        await WriteAsync(Single, NewValue());
        await WriteAsync(Deep, NewValue());

        Assert.Equal(["conf/deep/er/one", "conf/single"], await ListAsync("conf"));
    }

    [Fact]
    public async Task ListAsync_below_a_folder_gives_no_name_that_only_begins_alike()
    {
        await WriteAsync(Deep, NewValue());
        await WriteAsync(Single, NewValue());
        await WriteAsync(Singleton, NewValue());

        Assert.Equal(["conf/deep/er/one"], await ListAsync("conf/deep"));
        Assert.DoesNotContain("conf/singleton", await ListAsync("conf/single"));
    }

    [Fact]
    public async Task ListAsync_without_a_prefix_gives_it_too()
    {
        await WriteAsync(Single, NewValue());

        Assert.Contains("conf/single", await ListAsync(null));
    }

    [Fact]
    public async Task ListAsync_below_nothing_is_empty() => Assert.Empty(await ListAsync("conf/nothing_here"));

    [Fact]
    public async Task ListAsync_shows_no_value()
    {
        var text = NewValue();
        await WriteAsync(Single, text);

        Assert.DoesNotContain(await ListAsync(null), name => name.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ListAsync_of_a_backend_out_of_reach_throws()
    {
        await WriteAsync(Single, NewValue());
        await Fixture.CutAsync();

        Assert.Equal(Fixture.CutCode, (await Assert.ThrowsAnyAsync<SecretException>(() => ListAsync("conf"))).Code);
        await Fixture.MendAsync();
    }

    [Fact]
    public async Task ListAsync_cancelled_throws_that() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Backend.ListAsync("conf", new CancellationToken(canceled: true))) { }
        });
}
