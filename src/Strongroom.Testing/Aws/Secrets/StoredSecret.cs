using Strongroom.Testing.Aws.Policies;

namespace Strongroom.Testing.Aws.Secrets;

/// <summary>A secret in one region. Read and changed under the store's lock only.</summary>
internal sealed class StoredSecret(string region, string name, SecretArn arn, DateTimeOffset created)
{
    public string Region => region;

    public string Name => name;

    public string Arn { get; } = arn.ToString();

    public SecretArn Address => arn;

    public DateTimeOffset Created { get; } = created;

    public string? Description { get; set; }

    public string? KmsKeyId { get; set; }

    public List<KeyValuePair<string, string>> Tags { get; } = [];

    public string? RotationFunction { get; set; }

    /// <summary>Whether rotation is on; null where it never was.</summary>
    public bool? Rotates { get; set; }

    /// <summary>Oldest first.</summary>
    public List<StoredVersion> Versions { get; } = [];

    public DateTimeOffset Changed { get; set; } = created;

    public DateTimeOffset? Accessed { get; set; }

    /// <summary>When it is removed permanently; null if it is not deleted.</summary>
    public DateTimeOffset? Deletion { get; set; }

    /// <summary>Where its primary is; null where it has no replica and is none.</summary>
    public string? PrimaryRegion { get; set; }

    public List<Replica> Replicas { get; } = [];

    public bool IsReplica => PrimaryRegion is not null && PrimaryRegion != region;

    public StoredVersion? Version(string id) => Versions.Find(v => v.Id == id);

    public StoredVersion? Staged(string stage) => Versions.Find(v => v.Stages.Contains(stage));

    public StoredSecret ChangeableOrThrow()
    {
        if (IsReplica)
            throw AwsError.OnReplica();
        return Deletion is null ? this : throw AwsError.MarkedForDeletion();
    }

    public ConditionContext Facts(string secretId, string? stage = null)
    {
        Dictionary<string, string> facts = new(StringComparer.OrdinalIgnoreCase) { ["secretsmanager:SecretId"] = secretId };
        if (stage is not null)
            facts["secretsmanager:VersionStage"] = stage;
        if (PrimaryRegion is not null)
            facts["secretsmanager:SecretPrimaryRegion"] = PrimaryRegion;
        foreach (var (key, value) in Tags)
            (facts[$"secretsmanager:ResourceTag/{key}"], facts[$"aws:ResourceTag/{key}"]) = (value, value);
        return new ConditionContext(facts);
    }
}

/// <summary>A replica as its primary tells of it.</summary>
internal sealed record Replica(string Region, string? KmsKeyId, string Status, string? Message);
