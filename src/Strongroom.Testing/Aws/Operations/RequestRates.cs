namespace Strongroom.Testing.Aws.Operations;

/// <summary>Requests per second, region and group of operations, as the account's quotas count them.</summary>
internal sealed class RequestRates(int? readsPerSecond, int? writesPerSecond)
{
    private static readonly HashSet<string> Reads = new(StringComparer.Ordinal) { "DescribeSecret", "GetSecretValue" };
    private static readonly HashSet<string> Writes = new(StringComparer.Ordinal)
    {
        "PutSecretValue",
        "RemoveRegionsFromReplication",
        "ReplicateSecretToRegions",
        "StopReplicationToReplica",
        "UpdateSecret",
        "UpdateSecretVersionStage",
    };

    private readonly Dictionary<(string Region, bool Reads), (long Second, int Count)> counts = [];

    /// <exception cref="AwsError">There were too many in this second.</exception>
    public void Take(ServerCall call)
    {
        var reads = Reads.Contains(call.Action);
        if (
            (
                reads ? readsPerSecond
                : Writes.Contains(call.Action) ? writesPerSecond
                : null
            )
            is not { } most
        )
            return;
        var second = call.Now.ToUnixTimeSeconds();
        var (last, count) = counts.GetValueOrDefault((call.Region, reads));
        count = last == second ? count + 1 : 1;
        counts[(call.Region, reads)] = (second, count);
        if (count > most)
            throw new AwsError("ThrottlingException", "Rate exceeded");
    }
}
