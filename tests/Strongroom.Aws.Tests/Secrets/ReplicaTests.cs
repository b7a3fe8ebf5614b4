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
        var backend = room.Backend(options => options.ReplicaRegion = Replica);
        var text = AwsRoom.Fresh();
        var receipt = await backend.SetAsync("pair#id", text);
        await backend.Upkeep.ReplicateAsync("pair", SecretName.Parse("pair"), [Replica], Ct);
        Assert.Equal(text, await backend.TextAsync("pair#id"));

        Cut(room.Server);
        var answer = await backend.AskAsync("pair#id");
        Assert.Equal(text, Assert.Single(answer.Values!).Reveal());
        Assert.Equal(receipt.Version, answer.Version);
        Assert.Equal(1, room.Log.Count(3004));

        room.Server.Faults.Clear();
        Assert.Equal(text, await backend.TextAsync("pair#id"));
        Assert.Equal(1, room.Log.Count(3011));
    }

    [Fact]
    public async Task ReadAsync_takes_no_version_from_the_replica_that_the_first_region_did_not_confirm()
    {
        await using var room = await AwsRoom.StartAsync();
        var backend = room.Backend(options => options.ReplicaRegion = Replica);
        var admin = room.Backend();
        await admin.SetAsync("one", AwsRoom.Fresh());
        await admin.SetAsync("other", AwsRoom.Fresh());
        foreach (var name in (string[])["one", "other"])
            await admin.Upkeep.ReplicateAsync(name, SecretName.Parse(name), [Replica], Ct);
        Assert.True((await backend.AskAsync("one")).Succeeded);
        room.Server.ReplicationPaused = true;
        await admin.SetAsync("one", AwsRoom.Fresh());
        Assert.True((await backend.AskAsync("one")).Succeeded); // knows the newer one, which the replica has not

        Cut(room.Server);
        Assert.Equal(SecretErrorCode.Unreachable, (await backend.ErrorAsync("one")).Code);
        Assert.Equal(SecretErrorCode.Unreachable, (await backend.ErrorAsync("other")).Code); // never read before

        room.Server.ReplicationPaused = false;
        Assert.True((await backend.AskAsync("one")).Succeeded);
    }

    [Fact]
    public async Task ReadAsync_asks_no_replica_where_the_first_region_denies_or_throttles()
    {
        await using var room = await AwsRoom.StartAsync();
        var credential = room.Server.IssueCredential();
        var backend = room.Backend(credential, options => options.ReplicaRegion = Replica);
        await room.Backend().SetAsync("one", AwsRoom.Fresh());
        Assert.True((await backend.AskAsync("one")).Succeeded);
        var before = room.Server.Requests.Total;

        room.Server.Deny(credential.AccessKeyId, "GetSecretValue", "one");
        Assert.Equal(SecretErrorCode.Denied, (await backend.ErrorAsync("one")).Code);
        room.Server.Faults.Add(SecretsManagerFaults.Throttled());
        Assert.Equal(SecretErrorCode.Throttled, (await backend.ErrorAsync("one")).Code);

        Assert.Equal(before + 2, room.Server.Requests.Total);
    }

    [Fact]
    public async Task WriteAsync_goes_to_the_first_region_only()
    {
        await using var room = await AwsRoom.StartAsync();
        var backend = room.Backend(options => options.ReplicaRegion = Replica);
        await backend.SetAsync("one", AwsRoom.Fresh());
        await backend.Upkeep.ReplicateAsync("one", SecretName.Parse("one"), [Replica], Ct);
        Assert.True((await backend.AskAsync("one")).Succeeded);

        Cut(room.Server);
        Assert.Equal(SecretErrorCode.Unreachable, (await Assert.ThrowsAnyAsync<SecretException>(() => backend.SetAsync("one", AwsRoom.Fresh()))).Code);
    }

    /// <summary>Requests belong to the region that they are signed for.</summary>
    private static void Cut(SecretsManagerServer server) => server.Faults.Add(
        Fault.Reset(), new FaultTrigger { Matches = request => request.Headers.Authorization.ToString().Contains($"/{server.Region}/", StringComparison.Ordinal) });
}
