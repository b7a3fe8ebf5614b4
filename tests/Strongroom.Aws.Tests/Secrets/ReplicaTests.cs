using Strongroom.Aws.Tests.Support;
using Strongroom.Testing;

namespace Strongroom.Aws.Tests.Secrets;

public class ReplicaTests
{
    private const string Replica = "eu-west-1";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadAsync_with_the_first_region_away_reads_the_version_that_it_confirmed_from_the_replica()
    {
        await using var room = await AwsRoom.StartAsync();
        await using var relay = await Relay.StartAsync(room.Server.Url);
        var backend = room.Backend(options => (options.Endpoint, options.ReplicaRegion) = (relay.Url, Replica));
        var text = AwsRoom.Fresh();
        var receipt = await backend.SetAsync("pair#id", text);
        await backend.Upkeep.ReplicateAsync("pair", SecretName.Parse("pair"), [Replica], Ct);
        Assert.Equal(text, await backend.TextAsync("pair#id"));

        relay.CutRegion = room.Server.Region;
        var answer = await backend.AskAsync("pair#id");
        Assert.Equal(text, Assert.Single(answer.Values!).Reveal());
        Assert.Equal(receipt.Version, answer.Version);
        Assert.Equal(1, room.Log.Count(3004));

        relay.CutRegion = null;
        Assert.Equal(text, await backend.TextAsync("pair#id"));
        Assert.Equal(1, room.Log.Count(3011));
    }

    [Fact]
    public async Task ReadAsync_takes_no_version_from_the_replica_that_the_first_region_did_not_confirm()
    {
        await using var room = await AwsRoom.StartAsync();
        await using var relay = await Relay.StartAsync(room.Server.Url);
        var backend = room.Backend(options => (options.Endpoint, options.ReplicaRegion) = (relay.Url, Replica));
        var admin = room.Backend();
        await admin.SetAsync("one", AwsRoom.Fresh());
        await admin.SetAsync("other", AwsRoom.Fresh());
        foreach (var name in (string[])["one", "other"])
            await admin.Upkeep.ReplicateAsync(name, SecretName.Parse(name), [Replica], Ct);
        Assert.True((await backend.AskAsync("one")).Succeeded);
        room.Server.ReplicationPaused = true;
        await admin.SetAsync("one", AwsRoom.Fresh());
        Assert.True((await backend.AskAsync("one")).Succeeded); // knows the newer one, which the replica has not

        relay.CutRegion = room.Server.Region;
        Assert.Equal(SecretErrorCode.Unreachable, (await backend.ErrorAsync("one")).Code);
        Assert.Equal(SecretErrorCode.Unreachable, (await backend.ErrorAsync("other")).Code); // never read before

        room.Server.ReplicationPaused = false;
        Assert.True((await backend.AskAsync("one")).Succeeded);
    }

    [Fact]
    public async Task ReadAsync_asks_no_replica_where_the_first_region_denies_or_throttles()
    {
        await using var room = await AwsRoom.StartAsync();
        await using var relay = await Relay.StartAsync(room.Server.Url);
        var credential = room.Server.IssueCredential();
        var backend = room.Backend(credential, options => (options.Endpoint, options.ReplicaRegion) = (relay.Url, Replica));
        await room.Backend().SetAsync("one", AwsRoom.Fresh());
        Assert.True((await backend.AskAsync("one")).Succeeded);
        var before = relay.Requests.Count;

        room.Server.Deny(credential.AccessKeyId, "GetSecretValue", "one");
        Assert.Equal(SecretErrorCode.Denied, (await backend.ErrorAsync("one")).Code);
        room.Server.Faults.Add(SecretsManagerFaults.Throttled());
        Assert.Equal(SecretErrorCode.Throttled, (await backend.ErrorAsync("one")).Code);

        Assert.All(relay.Requests.Skip(before), request => Assert.DoesNotContain(Replica, request.Headers["Authorization"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task WriteAsync_goes_to_the_first_region_only()
    {
        await using var room = await AwsRoom.StartAsync();
        await using var relay = await Relay.StartAsync(room.Server.Url);
        var backend = room.Backend(options => (options.Endpoint, options.ReplicaRegion) = (relay.Url, Replica));
        await backend.SetAsync("one", AwsRoom.Fresh());
        await backend.Upkeep.ReplicateAsync("one", SecretName.Parse("one"), [Replica], Ct);
        Assert.True((await backend.AskAsync("one")).Succeeded);

        relay.CutRegion = room.Server.Region;
        Assert.Equal(SecretErrorCode.Unreachable, (await Assert.ThrowsAnyAsync<SecretException>(() => backend.SetAsync("one", AwsRoom.Fresh()))).Code);
    }
}
