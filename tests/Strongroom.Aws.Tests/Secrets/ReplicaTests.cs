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
        await using var fixture = await AwsFixture.StartAsync();
        var backend = fixture.Backend(options => options.ReplicaRegion = Replica);
        var text = AwsFixture.Fresh();
        var receipt = await backend.SetAsync("pair#id", text);
        await backend.Upkeep.ReplicateAsync("pair", SecretName.Parse("pair"), [Replica], Ct);
        Assert.Equal(text, await backend.TextAsync("pair#id"));

        Cut(fixture.Server);
        var answer = await backend.AskAsync("pair#id");
        Assert.Equal(text, Assert.Single(answer.Values!).Reveal());
        Assert.Equal(receipt.Version, answer.Version);
        Assert.Equal(1, fixture.Log.Count(3004));

        fixture.Server.Faults.Clear();
        Assert.Equal(text, await backend.TextAsync("pair#id"));
        Assert.Equal(1, fixture.Log.Count(3011));
    }

    [Fact]
    public async Task ReadAsync_takes_no_version_from_the_replica_that_the_first_region_did_not_confirm()
    {
        await using var fixture = await AwsFixture.StartAsync();
        var backend = fixture.Backend(options => options.ReplicaRegion = Replica);
        var admin = fixture.Backend();
        await admin.SetAsync("one", AwsFixture.Fresh());
        await admin.SetAsync("other", AwsFixture.Fresh());
        foreach (var name in (string[])["one", "other"])
            await admin.Upkeep.ReplicateAsync(name, SecretName.Parse(name), [Replica], Ct);
        Assert.True((await backend.AskAsync("one")).Succeeded);
        fixture.Server.ReplicationPaused = true;
        await admin.SetAsync("one", AwsFixture.Fresh());
        Assert.True((await backend.AskAsync("one")).Succeeded); // knows the newer one, which the replica has not

        Cut(fixture.Server);
        Assert.Equal(SecretErrorCode.Unreachable, (await backend.ErrorAsync("one")).Code);
        Assert.Equal(SecretErrorCode.Unreachable, (await backend.ErrorAsync("other")).Code); // never read before

        fixture.Server.ReplicationPaused = false;
        Assert.True((await backend.AskAsync("one")).Succeeded);
    }

    [Fact]
    public async Task ReadAsync_asks_no_replica_where_the_first_region_denies_or_throttles()
    {
        await using var fixture = await AwsFixture.StartAsync();
        var credential = fixture.Server.IssueCredential();
        var backend = fixture.Backend(credential, options => options.ReplicaRegion = Replica);
        await fixture.Backend().SetAsync("one", AwsFixture.Fresh());
        Assert.True((await backend.AskAsync("one")).Succeeded);
        var before = fixture.Server.Requests.Total;

        fixture.Server.Deny(credential.AccessKeyId, "GetSecretValue", "one");
        Assert.Equal(SecretErrorCode.Denied, (await backend.ErrorAsync("one")).Code);
        fixture.Server.Faults.Add(SecretsManagerFaults.Throttled());
        Assert.Equal(SecretErrorCode.Throttled, (await backend.ErrorAsync("one")).Code);

        Assert.Equal(before + 2, fixture.Server.Requests.Total);
    }

    [Fact]
    public async Task WriteAsync_goes_to_the_first_region_only()
    {
        await using var fixture = await AwsFixture.StartAsync();
        var backend = fixture.Backend(options => options.ReplicaRegion = Replica);
        await backend.SetAsync("one", AwsFixture.Fresh());
        await backend.Upkeep.ReplicateAsync("one", SecretName.Parse("one"), [Replica], Ct);
        Assert.True((await backend.AskAsync("one")).Succeeded);

        Cut(fixture.Server);
        Assert.Equal(
            SecretErrorCode.Unreachable,
            (await Assert.ThrowsAnyAsync<SecretException>(() => backend.SetAsync("one", AwsFixture.Fresh()))).Code
        );
    }

    /// <summary>Requests belong to the region that they are signed for.</summary>
    private static void Cut(SecretsManagerServer server) =>
        server.Faults.Add(
            Fault.Reset(),
            new FaultTrigger
            {
                Matches = request =>
                    request.Headers.Authorization.ToString().Contains($"/{server.Region}/", StringComparison.Ordinal),
            }
        );
}
