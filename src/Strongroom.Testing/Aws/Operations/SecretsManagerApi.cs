using System.Text.Json.Nodes;
using Strongroom.Testing.Aws.Secrets;

namespace Strongroom.Testing.Aws.Operations;

/// <summary>All operations by name. One at a time: the service is not slow enough for more to matter.</summary>
internal sealed class SecretsManagerApi
{
    private readonly SecretStore store;
    private readonly RequestRates rates;
    private readonly Dictionary<string, Func<ServerCall, JsonObject>> operations;

    public SecretsManagerApi(SecretStore store, RequestRates rates, bool emptyFirstPages)
    {
        (this.store, this.rates) = (store, rates);
        var pages = new PageTokens(emptyFirstPages);
        var (reads, writes, lists) = (
            new ReadOperations(store, pages),
            new WriteOperations(store),
            new ListOperations(store, pages)
        );
        var (stages, metadata, replicas) = (
            new StageOperations(store, pages),
            new MetadataOperations(store),
            new ReplicaOperations(store)
        );
        var rotations = new RotationOperations(store);
        operations = new(StringComparer.Ordinal)
        {
            ["BatchGetSecretValue"] = reads.BatchGet,
            ["CancelRotateSecret"] = rotations.Cancel,
            ["CreateSecret"] = writes.Create,
            ["DeleteSecret"] = metadata.Delete,
            ["DescribeSecret"] = reads.Describe,
            ["GetRandomPassword"] = PasswordOperation.Get,
            ["GetSecretValue"] = reads.Get,
            ["ListSecretVersionIds"] = stages.ListVersions,
            ["ListSecrets"] = lists.List,
            ["PutSecretValue"] = writes.Put,
            ["RemoveRegionsFromReplication"] = replicas.Remove,
            ["ReplicateSecretToRegions"] = replicas.Add,
            ["RestoreSecret"] = metadata.Restore,
            ["RotateSecret"] = rotations.Rotate,
            ["StopReplicationToReplica"] = replicas.Promote,
            ["TagResource"] = metadata.Tag,
            ["UntagResource"] = metadata.Untag,
            ["UpdateSecret"] = writes.Update,
            ["UpdateSecretVersionStage"] = stages.Update,
        };
    }

    public bool Knows(string operation) => operations.ContainsKey(operation);

    public JsonObject Answer(ServerCall call)
    {
        lock (store.Gate)
        {
            rates.Take(call);
            return operations[call.Action](call);
        }
    }
}
