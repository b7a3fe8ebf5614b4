using System.Text.Json.Nodes;
using Strongroom.Testing.Aws.Secrets;

namespace Strongroom.Testing.Aws.Operations;

/// <summary>Copies of a secret in other regions.</summary>
internal sealed class ReplicaOperations(SecretStore store)
{
    public JsonObject Add(ServerCall call)
    {
        var parameters = call.Parameters;
        var secret = SecretAccess
            .Open(store, call, SecretRules.SecretId(parameters), "ReplicateSecretToRegions")
            .ChangeableOrThrow();
        var replicas = ReplicaRegions.Read(parameters, call.Region);
        if (replicas.Count == 0)
            throw Parameters.Constraint("AddReplicaRegions", "Member must not be null");
        foreach (var present in replicas.Where(r => secret.Replicas.Exists(p => p.Region == r.Region && p.Status != "Failed")))
            throw AwsError.Parameter($"The secret is already replicated to region {present.Region}.");
        foreach (var replica in replicas)
        {
            secret.Replicas.RemoveAll(r => r.Region == replica.Region);
            store.Replication.Add(secret, replica.Region, replica.KmsKeyId, parameters.Flag("ForceOverwriteReplicaSecret"));
        }
        // The service answers before the copies are made; a description tells when they are.
        var answer = Status(secret);
        store.Changed(secret);
        return answer;
    }

    public JsonObject Remove(ServerCall call)
    {
        var parameters = call.Parameters;
        var secret = SecretAccess
            .Open(store, call, SecretRules.SecretId(parameters), "RemoveRegionsFromReplication")
            .ChangeableOrThrow();
        var regions = parameters.Texts("RemoveReplicaRegions", 1, int.MaxValue, 128)
            ?? throw Parameters.Constraint("RemoveReplicaRegions", "Member must not be null");
        foreach (var absent in regions.Where(region => !secret.Replicas.Exists(r => r.Region == region)))
            throw AwsError.Parameter($"The secret is not replicated to region {absent}.");
        foreach (var region in regions)
            store.Replication.Remove(secret, region);
        store.Changed(secret);
        return Status(secret);
    }

    public JsonObject Promote(ServerCall call)
    {
        var secret = SecretAccess.Open(store, call, SecretRules.SecretId(call.Parameters), "StopReplicationToReplica");
        if (!secret.IsReplica)
            throw AwsError.Parameter("The secret is not a replica.");
        store.Replication.Promote(secret);
        store.Changed(secret);
        return new() { ["ARN"] = secret.Arn };
    }

    private static JsonObject Status(StoredSecret secret) =>
        new() { ["ARN"] = secret.Arn, ["ReplicationStatus"] = SecretJson.Replicas(secret) };
}
