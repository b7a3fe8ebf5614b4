using System.Text.Json.Nodes;
using Strongroom.Testing.Aws.Policies;
using Strongroom.Testing.Aws.Secrets;

namespace Strongroom.Testing.Aws.Operations;

/// <summary>New secrets and new versions. A token makes each safe to repeat.</summary>
internal sealed class WriteOperations(SecretStore store)
{
    public JsonObject Create(ServerCall call)
    {
        var parameters = call.Parameters;
        var name = SecretRules.Name(parameters);
        call.Require("secretsmanager:CreateSecret", SecretAccess.Assumed(store, call.Region, name), NameFact(name));
        var content = SecretContent.Read(parameters);
        var token = content is null ? null : SecretRules.Token(parameters);
        var (tags, replicas) = (SecretRules.Tags(parameters), ReplicaRegions.Read(parameters, call.Region));
        if (tags.Count > 0)
            call.Require("secretsmanager:TagResource", SecretAccess.Assumed(store, call.Region, name), NameFact(name));
        if (store.ByName(call.Region, name) is { } present)
            return Repeated(present, token, content);
        if (store.IsNameBlocked(call.Region, name))
            throw AwsError.Request(
                "You can't create this secret because a secret with this name is already scheduled for deletion."
            );
        var secret = new StoredSecret(call.Region, name, SecretArn.New(call.Region, store.Account, name), store.Now)
        {
            Description = parameters.Text("Description", 0, 2048),
            KmsKeyId = parameters.Text("KmsKeyId", 0, 2048),
        };
        SecretRules.SetTags(secret, tags);
        if (content is not null)
            AddVersion(call, secret, token!, content, [SecretStages.Current]);
        store.Add(secret);
        foreach (var replica in replicas)
            store.Replication.Add(secret, replica.Region, replica.KmsKeyId, parameters.Flag("ForceOverwriteReplicaSecret"));
        var answer = Created(secret, token);
        store.Changed(secret);
        return answer;
    }

    public JsonObject Put(ServerCall call)
    {
        var parameters = call.Parameters;
        var secret = SecretAccess.Open(store, call, SecretRules.SecretId(parameters), "PutSecretValue").ChangeableOrThrow();
        var content = SecretContent.Read(parameters)
            ?? throw AwsError.Request("You must provide either SecretString or SecretBinary.");
        var (token, stages) = (SecretRules.Token(parameters), parameters.Texts("VersionStages", 1, 20, 256));
        if (secret.Version(token) is { } version && version.Content is not null)
        {
            if (!content.SameAs(version.Content))
                throw AwsError.Exists(
                    $"You can't use ClientRequestToken {token} because that value is already in use for a version of secret "
                        + $"{secret.Arn}."
                );
        }
        else
        {
            version = AddVersion(call, secret, token, content, stages ?? [SecretStages.Current]);
            store.Changed(secret);
        }
        var answer = SecretJson.Identity(secret, version.Id);
        answer["VersionStages"] = AwsJson.Texts(version.Stages);
        return answer;
    }

    public JsonObject Update(ServerCall call)
    {
        var parameters = call.Parameters;
        var secret = SecretAccess.Open(store, call, SecretRules.SecretId(parameters), "UpdateSecret").ChangeableOrThrow();
        var content = SecretContent.Read(parameters);
        var token = content is null ? null : SecretRules.Token(parameters);
        if (token is not null && secret.Version(token) is not null)
            throw AwsError.Exists(
                $"You can't use ClientRequestToken {token} because that value is already in use for a version of secret "
                    + $"{secret.Arn}."
            );
        secret.Description = parameters.Text("Description", 0, 2048) ?? secret.Description;
        if (parameters.Text("KmsKeyId", 0, 2048) is { } key)
            ChangeKey(call, secret, key);
        if (content is not null)
            AddVersion(call, secret, token!, content, [SecretStages.Current]);
        store.Changed(secret);
        return SecretJson.Identity(secret, token);
    }

    // Staged versions are re-encrypted; older versions keep their key.
    private void ChangeKey(ServerCall call, StoredSecret secret, string key)
    {
        string[] living = [SecretStages.Current, SecretStages.Pending, SecretStages.Previous];
        var staged = secret.Versions.Where(v => v.Stages.Intersect(living).Any()).ToList();
        foreach (var version in staged)
            SecretAccess.UseKey(store, call, version.KmsKeyId, "kms:Decrypt");
        SecretAccess.UseKey(store, call, key, "kms:GenerateDataKey");
        foreach (var version in staged)
            version.KmsKeyId = key.Length == 0 ? null : key;
        secret.KmsKeyId = key;
    }

    private StoredVersion AddVersion(
        ServerCall call,
        StoredSecret secret,
        string token,
        SecretContent content,
        IReadOnlyList<string> stages
    )
    {
        SecretAccess.UseKey(store, call, secret.KmsKeyId, "kms:GenerateDataKey");
        SecretAccess.UseKey(store, call, secret.KmsKeyId, "kms:Decrypt");
        var version = secret.Version(token);
        if (version is null)
            secret.Versions.Add(
                version = new(token, content, store.Now, string.IsNullOrEmpty(secret.KmsKeyId) ? null : secret.KmsKeyId)
            );
        else
            version.Content = content;
        foreach (var stage in secret.Staged(SecretStages.Current) is null ? stages.Append(SecretStages.Current) : stages)
            SecretStages.Move(secret, stage, version);
        VersionPruning.Prune(secret, store.Now);
        return version;
    }

    private static JsonObject Repeated(StoredSecret present, string? token, SecretContent? content)
    {
        if (present.Deletion is not null)
            throw AwsError.Request(
                "You can't create this secret because a secret with this name is already scheduled for deletion."
            );
        if (token is null || present.Version(token) is not { } version || !content!.SameAs(version.Content))
            throw AwsError.Exists($"The operation failed because the secret {present.Name} already exists.");
        return Created(present, token);
    }

    private static JsonObject Created(StoredSecret secret, string? token)
    {
        var answer = SecretJson.Identity(secret, token);
        if (secret.Replicas.Count > 0)
            answer["ReplicationStatus"] = SecretJson.Replicas(secret);
        return answer;
    }

    private static ConditionContext NameFact(string name) =>
        new(new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["secretsmanager:Name"] = name });
}
