using Strongroom.Aws.Tests.Support;
using Strongroom.Backends;
using Strongroom.Testing;

namespace Strongroom.Aws.Tests.Secrets;

public class WriteTests
{
    [Theory]
    [InlineData(SecretStage.Current)]
    [InlineData(SecretStage.Pending)]
    public async Task WriteAsync_of_the_same_doing_again_is_no_second_version(SecretStage stage)
    {
        await using var fixture = await AwsFixture.StartAsync();
        var first = await fixture.Backend().SetAsync("one", AwsFixture.Fresh());
        var text = AwsFixture.Fresh();
        var done = await fixture.Backend().SetAsync("one", text, SetConditionFor(stage, first), stage, "rotation-7/step-1");
        var again = await fixture.Backend().SetAsync("one", text, SetConditionFor(stage, first), stage, "rotation-7/step-1");

        Assert.Equal(done.Version, again.Version);
        Assert.Equal(64, done.Version.Id.Length);
        Assert.Equal(2, (await fixture.Backend().VersionsAsync("one")).Count);
    }

    [Fact]
    public async Task WriteAsync_after_a_move_that_failed_goes_on_with_the_version_that_is_stored()
    {
        await using var fixture = await AwsFixture.StartAsync();
        var backend = fixture.Backend();
        await backend.SetAsync("one", AwsFixture.Fresh());
        var text = AwsFixture.Fresh();
        fixture.Server.Faults.Add(SecretsManagerFaults.InternalError(), SecretsManagerFaults.Only("UpdateSecretVersionStage"));
        await Assert.ThrowsAsync<SecretUnavailableException>(() => backend.SetAsync("one", text));
        fixture.Server.Faults.Clear();
        await backend.SetAsync("one", text);

        Assert.Equal(text, await backend.TextAsync("one"));
        Assert.Equal(2, (await backend.VersionsAsync("one")).Count);
    }

    [Fact]
    public async Task WriteAsync_leaves_no_label_of_its_own()
    {
        await using var fixture = await AwsFixture.StartAsync();
        var backend = fixture.Backend();
        await backend.SetAsync("one", AwsFixture.Fresh());
        await backend.SetAsync("one", AwsFixture.Fresh());

        Assert.Equal(["AWSCURRENT", "AWSPREVIOUS"], (await backend.VersionsAsync("one")).SelectMany(version => version.Stages));
    }

    [Fact]
    public async Task WriteAsync_of_a_field_of_a_plain_text_says_that_it_has_none()
    {
        await using var fixture = await AwsFixture.StartAsync();
        var backend = fixture.Backend();
        await backend.SetAsync("one", AwsFixture.Fresh());
        var error = await Assert.ThrowsAsync<SecretWriteException>(() => backend.SetAsync("one#field", AwsFixture.Fresh()));
        Assert.Contains("one#*", error.Message, StringComparison.Ordinal);
        Assert.Equal(SecretErrorCode.FieldMissing, (await backend.ErrorAsync("one#field")).Code);
    }

    [Fact]
    public async Task WriteAsync_of_a_pending_value_on_nothing_is_refused_since_AWS_would_make_it_current()
    {
        await using var fixture = await AwsFixture.StartAsync();
        Assert.Equal(
            SecretErrorCode.Missing,
            (
                await Assert.ThrowsAsync<SecretNotFoundException>(() =>
                    fixture.Backend().SetAsync("one", AwsFixture.Fresh(), stage: SecretStage.Pending)
                )
            ).Code
        );
    }

    [Fact]
    public async Task PromoteAsync_of_a_pending_value_made_from_an_older_version_conflicts()
    {
        await using var fixture = await AwsFixture.StartAsync();
        var backend = fixture.Backend();
        await backend.SetAsync("pair#id", AwsFixture.Fresh());
        var pending = await backend.SetAsync("pair#id", AwsFixture.Fresh(), stage: SecretStage.Pending);
        await backend.SetAsync("pair#key", AwsFixture.Fresh());
        var error = await Assert.ThrowsAsync<SecretWriteException>(() =>
            backend.PromoteAsync(BackendCalls.LocationOf("pair#id"), pending.Version, null, CancellationToken.None).AsTask()
        );
        Assert.Equal(SecretErrorCode.Conflict, error.Code);
    }

    [Fact]
    public async Task DiscardAsync_that_failed_in_the_middle_is_done_again()
    {
        await using var fixture = await AwsFixture.StartAsync();
        var backend = fixture.Backend();
        var (location, ct) = (BackendCalls.LocationOf("one"), CancellationToken.None);
        var current = await backend.SetAsync("one", AwsFixture.Fresh());
        var pending = await backend.SetAsync("one", AwsFixture.Fresh(), stage: SecretStage.Pending, key: "rotation-7");
        await backend.PromoteAsync(location, pending.Version, current.Version, ct);
        var moves = 0;
        var move = SecretsManagerFaults.Only("UpdateSecretVersionStage").Matches!;
        fixture.Server.Faults.Add(
            SecretsManagerFaults.InternalError(),
            new FaultTrigger { Matches = request => move(request) && ++moves > 1 }
        );
        await Assert.ThrowsAnyAsync<SecretException>(() => backend.DiscardAsync(location, pending.Version, ct).AsTask());
        fixture.Server.Faults.Clear();
        await backend.DiscardAsync(location, pending.Version, ct);

        Assert.Equal(["AWSCURRENT", "AWSPREVIOUS"], (await backend.VersionsAsync("one")).SelectMany(version => version.Stages));
    }

    [Fact]
    public async Task WriteAsync_under_a_key_leaves_the_pending_version_of_AWSs_own_rotation()
    {
        await using var fixture = await AwsFixture.StartAsync();
        var backend = fixture.Backend();
        await backend.SetAsync("one", AwsFixture.Fresh());
        var theirs = await backend.SetAsync("one", AwsFixture.Fresh(), stage: SecretStage.Pending);

        var error = await Assert.ThrowsAsync<SecretWriteException>(() =>
            backend.SetAsync("one", AwsFixture.Fresh(), stage: SecretStage.Pending, key: "rotation-7")
        );

        Assert.Equal(SecretErrorCode.Conflict, error.Code);
        Assert.Equal(
            theirs.Version,
            (await backend.FindPendingAsync(BackendCalls.LocationOf("one"), CancellationToken.None))?.Version
        );
    }

    [Fact]
    public async Task DeleteAsync_of_one_field_keeps_the_others_and_of_the_last_deletes_the_secret()
    {
        await using var fixture = await AwsFixture.StartAsync();
        var backend = fixture.Backend();
        var key = AwsFixture.Fresh();
        await backend.SetAsync("pair#id", AwsFixture.Fresh());
        await backend.SetAsync("pair#key", key);
        await backend.DeleteAsync(BackendCalls.LocationOf("pair#id"), CancellationToken.None);
        Assert.Equal($$"""{"key":"{{key}}"}""", await backend.TextAsync("pair#*"));
        await backend.DeleteAsync(BackendCalls.LocationOf("pair#key"), CancellationToken.None);
        Assert.Equal(SecretErrorCode.Deleted, (await backend.ErrorAsync("pair#key")).Code);
    }

    private static SetCondition SetConditionFor(SecretStage stage, SecretWriteResult first) =>
        stage == SecretStage.Current ? SetCondition.Version(first.Version) : default;
}
