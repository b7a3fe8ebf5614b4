using System.Text.Json;

namespace Strongroom.Testing.Tests.Aws.Secrets;

public sealed class ReplicaTests : SecretsManagerTest
{
    private const string West = "us-west-2";

    private AwsCaller Western => field ??= As(RootCredential, West);

    [Fact]
    public async Task Replica_OfASecret_HasTheSameVersionsAndFollows()
    {
        var first = await CreateAsync("a");
        Assert.Equal("us-west-2 InProgress", Status(await ReplicateAsync()));
        Assert.Equal("us-west-2 InSync", Status(await Root.DoAsync("DescribeSecret", new { SecretId = "a" })));
        var value = Random();
        var second = await PutAsync("a", value);
        var read = await Western.DoAsync("GetSecretValue", new { SecretId = "a" });
        Assert.True(read.Text("SecretString") == value);
        Assert.Equal(second, read.Text("VersionId"));
        Assert.Equal(
            first,
            (await Western.DoAsync("GetSecretValue", new { SecretId = "a", VersionStage = "AWSPREVIOUS" })).Text("VersionId")
        );
        var (here, there) = (
            await Root.DoAsync("DescribeSecret", new { SecretId = "a" }),
            await Western.DoAsync("DescribeSecret", new { SecretId = "a" })
        );
        Assert.Equal(here.Text("ARN"), there.Text("ARN")!.Replace(West, "us-east-1", StringComparison.Ordinal));
        Assert.Equal(("us-east-1", "us-east-1"), (here.Text("PrimaryRegion"), there.Text("PrimaryRegion")));
    }

    [Fact]
    public async Task Regions_WithoutReplication_KnowNothingOfEachOther()
    {
        await CreateAsync("a");
        await Western.RefusedAsync("ResourceNotFoundException", "GetSecretValue", new { SecretId = "a" });
        Assert.Empty(Names(await Western.DoAsync("ListSecrets")));
    }

    [Fact]
    public async Task Replica_Written_RefusesAndNamesThePrimary()
    {
        var id = await CreateAsync("a");
        await ReplicateAsync();
        foreach (
            var (operation, request) in new (string, object)[]
            {
                (
                    "PutSecretValue",
                    new
                    {
                        SecretId = "a",
                        ClientRequestToken = Random(),
                        SecretString = Random(),
                    }
                ),
                ("UpdateSecret", new { SecretId = "a" }),
                (
                    "UpdateSecretVersionStage",
                    new
                    {
                        SecretId = "a",
                        VersionStage = "x",
                        MoveToVersionId = id,
                    }
                ),
                ("TagResource", new { SecretId = "a", Tags = Array.Empty<object>() }),
                ("DeleteSecret", new { SecretId = "a" }),
            }
        )
            Assert.Contains(
                "primary secret's region",
                await Western.RefusedAsync("InvalidParameterException", operation, request),
                StringComparison.Ordinal
            );
    }

    [Fact]
    public async Task Replica_WhileReplicationIsPaused_IsBehindAndCatchesUp()
    {
        var first = await CreateAsync("a");
        await ReplicateAsync();
        Server.ReplicationPaused = true;
        var second = await PutAsync("a");
        Assert.Equal(first, (await Western.DoAsync("GetSecretValue", new { SecretId = "a" })).Text("VersionId"));
        Assert.Equal("us-west-2 InProgress", Status(await Root.DoAsync("DescribeSecret", new { SecretId = "a" })));
        Server.ReplicationPaused = false;
        Assert.Equal(second, (await Western.DoAsync("GetSecretValue", new { SecretId = "a" })).Text("VersionId"));
    }

    [Fact]
    public async Task Replica_WhereTheNameIsTaken_FailsUnlessForced()
    {
        await CreateAsync("a");
        await Western.DoAsync(
            "CreateSecret",
            new
            {
                Name = "a",
                ClientRequestToken = Random(),
                SecretString = Random(),
            }
        );
        Assert.Equal("us-west-2 Failed", Status(await ReplicateAsync()));
        await ReplicateAsync(force: true);
        Assert.Equal("us-west-2 InSync", Status(await Root.DoAsync("DescribeSecret", new { SecretId = "a" })));
    }

    // PROTOCOLS 61: replicas must go first.
    [Fact]
    public async Task Primary_WithReplicas_IsDeletedAfterThem()
    {
        await CreateAsync("a");
        await ReplicateAsync();
        await Root.RefusedAsync("InvalidParameterException", "DeleteSecret", new { SecretId = "a" });
        await Root.DoAsync("RemoveRegionsFromReplication", new { SecretId = "a", RemoveReplicaRegions = new[] { West } });
        await Western.RefusedAsync("ResourceNotFoundException", "DescribeSecret", new { SecretId = "a" });
        await Root.DoAsync("DeleteSecret", new { SecretId = "a" });
    }

    [Fact]
    public async Task Replica_Promoted_IsASecretOfItsOwn()
    {
        await CreateAsync("a");
        await ReplicateAsync();
        await Western.DoAsync("StopReplicationToReplica", new { SecretId = "a" });
        await Western.DoAsync(
            "PutSecretValue",
            new
            {
                SecretId = "a",
                ClientRequestToken = Random(),
                SecretString = Random(),
            }
        );
        await Root.DoAsync("DeleteSecret", new { SecretId = "a" });
    }

    [Theory]
    [InlineData("us-east-1", "InvalidParameterException")]
    [InlineData("west", "ValidationException")]
    public async Task Replicate_ToAnImpossibleRegion_IsRefused(string region, string error)
    {
        await CreateAsync("a");
        await Root.RefusedAsync(
            error,
            "ReplicateSecretToRegions",
            new { SecretId = "a", AddReplicaRegions = new[] { new { Region = region } } }
        );
    }

    private Task<JsonElement> ReplicateAsync(bool force = false) =>
        Root.DoAsync(
            "ReplicateSecretToRegions",
            new
            {
                SecretId = "a",
                AddReplicaRegions = new[] { new { Region = West } },
                ForceOverwriteReplicaSecret = force,
            }
        );

    private static string Status(JsonElement answer)
    {
        var replica = Assert.Single(answer.GetProperty("ReplicationStatus").EnumerateArray());
        return $"{replica.Text("Region")} {replica.Text("Status")}";
    }
}
