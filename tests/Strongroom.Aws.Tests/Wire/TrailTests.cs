using System.Text.Json.Nodes;
using Amazon.Runtime;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Aws.Tests.Support;
using Strongroom.Backends;

namespace Strongroom.Aws.Tests.Wire;

public class TrailTests(MotoFixture moto)
{
    private static readonly string[] s_replicas = ["eu-west-1"];

    // PROTOCOLS 63: CloudTrail writes down each parameter of each call, those that are the value apart.
    [Fact]
    public async Task A_value_is_in_no_parameter_but_the_value_and_in_no_header()
    {
        await using var relay = await Relay.StartAsync((await moto.GetServerAsync()).Url);
        var options = new AwsOptions
        {
            Region = "eu-central-1",
            Endpoint = relay.Url,
            Credentials = new BasicAWSCredentials(AwsFixture.Fresh(), AwsFixture.Fresh()),
        };
        using var backend = new AwsBackend(options, "", TimeProvider.System, NullLogger.Instance);
        var (location, values) = (
            BackendCalls.LocationOf("trail/pair#id"),
            Enumerable.Range(0, 4).Select(_ => AwsFixture.Fresh()).ToArray()
        );

        var first = await backend.SetAsync("trail/pair#id", values[0]);
        var second = await backend.SetAsync("trail/pair#key", values[1], SetCondition.Version(first.Version));
        var pending = await backend.SetAsync("trail/pair#id", values[2], stage: SecretStage.Pending, key: "rotation-1");
        await backend.PromoteAsync(location, pending.Version, second.Version, CancellationToken.None);
        await backend.SetAsync("trail/plain", values[3]);
        await backend.ReadAsync(
            [BackendCalls.Request("trail/pair#id"), BackendCalls.Request("trail/plain")],
            CancellationToken.None
        );
        await backend.Upkeep.ReplicateAsync("trail/plain", SecretName.Parse("trail/plain"), s_replicas, CancellationToken.None);
        await backend.DeleteAsync(BackendCalls.LocationOf("trail/pair#key"), CancellationToken.None);
        await backend.DeleteAsync(location, CancellationToken.None);
        await backend.RestoreAsync(location, second.Version, CancellationToken.None);

        Assert.True(relay.Requests.Select(request => request.Operation).Distinct().Count() >= 9);
        foreach (var request in relay.Requests)
        {
            var body = JsonNode.Parse(request.Body)!.AsObject();
            body.Remove("SecretString");
            var shown = body.ToJsonString() + string.Concat(request.Headers.Values);
            Assert.DoesNotContain(values, value => shown.Contains(value, StringComparison.Ordinal));
        }
    }
}
