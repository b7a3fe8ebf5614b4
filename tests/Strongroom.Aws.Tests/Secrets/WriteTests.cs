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
        await using var room = await AwsRoom.StartAsync();
        var first = await room.Backend().SetAsync("one", AwsRoom.Fresh());
        var text = AwsRoom.Fresh();
        var done = await room.Backend().SetAsync("one", text, SetConditionFor(stage, first), stage, "rotation-7/step-1");
        var again = await room.Backend().SetAsync("one", text, SetConditionFor(stage, first), stage, "rotation-7/step-1");

        Assert.Equal(done.Version, again.Version);
        Assert.Equal(64, done.Version.Id.Length);
        Assert.Equal(2, (await room.Backend().VersionsAsync("one")).Count);
    }

    [Fact]
    public async Task WriteAsync_after_a_move_that_failed_goes_on_with_the_version_that_is_stored()
    {
        await using var room = await AwsRoom.StartAsync();
        var backend = room.Backend();
        await backend.SetAsync("one", AwsRoom.Fresh());
        var text = AwsRoom.Fresh();
        room.Server.Faults.Add(SecretsManagerFaults.InternalError(), SecretsManagerFaults.Only("UpdateSecretVersionStage"));
        await Assert.ThrowsAsync<SecretUnavailableException>(() => backend.SetAsync("one", text));
        room.Server.Faults.Clear();
        await backend.SetAsync("one", text);

        Assert.Equal(text, await backend.TextAsync("one"));
        Assert.Equal(2, (await backend.VersionsAsync("one")).Count);
    }

    [Fact]
    public async Task WriteAsync_leaves_no_label_of_its_own()
    {
        await using var room = await AwsRoom.StartAsync();
        var backend = room.Backend();
        await backend.SetAsync("one", AwsRoom.Fresh());
        await backend.SetAsync("one", AwsRoom.Fresh());

        Assert.Equal(["AWSCURRENT", "AWSPREVIOUS"], (await backend.VersionsAsync("one")).SelectMany(version => version.Stages));
    }

    [Fact]
    public async Task WriteAsync_of_a_field_of_a_plain_text_says_that_it_has_none()
    {
        await using var room = await AwsRoom.StartAsync();
        var backend = room.Backend();
        await backend.SetAsync("one", AwsRoom.Fresh());
        var error = await Assert.ThrowsAsync<SecretWriteException>(() => backend.SetAsync("one#field", AwsRoom.Fresh()));
        Assert.Contains("one#*", error.Message, StringComparison.Ordinal);
        Assert.Equal(SecretErrorCode.FieldMissing, (await backend.ErrorAsync("one#field")).Code);
    }

    [Fact]
    public async Task WriteAsync_of_a_pending_value_on_nothing_is_refused_since_AWS_would_make_it_current()
    {
        await using var room = await AwsRoom.StartAsync();
        Assert.Equal(SecretErrorCode.Missing, (await Assert.ThrowsAsync<SecretNotFoundException>(() => room.Backend().SetAsync("one", AwsRoom.Fresh(), stage: SecretStage.Pending))).Code);
    }

    [Fact]
    public async Task PromoteAsync_of_a_pending_value_made_from_an_older_version_conflicts()
    {
        await using var room = await AwsRoom.StartAsync();
        var backend = room.Backend();
        await backend.SetAsync("pair#id", AwsRoom.Fresh());
        var pending = await backend.SetAsync("pair#id", AwsRoom.Fresh(), stage: SecretStage.Pending);
        await backend.SetAsync("pair#key", AwsRoom.Fresh());
        var error = await Assert.ThrowsAsync<SecretWriteException>(() => backend.PromoteAsync(Asking.Place("pair#id"), pending.Version, null, CancellationToken.None).AsTask());
        Assert.Equal(SecretErrorCode.Conflict, error.Code);
    }

    [Fact]
    public async Task PromoteAsync_that_died_before_it_cleaned_up_is_done_again()
    {
        await using var room = await AwsRoom.StartAsync();
        var backend = room.Backend();
        var current = await backend.SetAsync("one", AwsRoom.Fresh());
        var pending = await backend.SetAsync("one", AwsRoom.Fresh(), stage: SecretStage.Pending);
        var moves = 0;
        var move = SecretsManagerFaults.Only("UpdateSecretVersionStage").Matches!;
        room.Server.Faults.Add(SecretsManagerFaults.InternalError(), new FaultTrigger { Matches = request => move(request) && ++moves > 1 });
        await backend.PromoteAsync(Asking.Place("one"), pending.Version, current.Version, CancellationToken.None);
        Assert.True(room.Log.Count(3008) > 0);
        room.Server.Faults.Clear();
        await backend.PromoteAsync(Asking.Place("one"), pending.Version, current.Version, CancellationToken.None);

        Assert.Equal(["AWSCURRENT", "AWSPREVIOUS"], (await backend.VersionsAsync("one")).SelectMany(version => version.Stages));
    }

    [Fact]
    public async Task DeleteAsync_of_one_field_keeps_the_others_and_of_the_last_deletes_the_secret()
    {
        await using var room = await AwsRoom.StartAsync();
        var backend = room.Backend();
        var key = AwsRoom.Fresh();
        await backend.SetAsync("pair#id", AwsRoom.Fresh());
        await backend.SetAsync("pair#key", key);
        await backend.DeleteAsync(Asking.Place("pair#id"), CancellationToken.None);
        Assert.Equal($$"""{"key":"{{key}}"}""", await backend.TextAsync("pair#*"));
        await backend.DeleteAsync(Asking.Place("pair#key"), CancellationToken.None);
        Assert.Equal(SecretErrorCode.Deleted, (await backend.ErrorAsync("pair#key")).Code);
    }

    private static SetCondition SetConditionFor(SecretStage stage, SecretReceipt first) => stage == SecretStage.Current ? SetCondition.Version(first.Version) : default;
}
