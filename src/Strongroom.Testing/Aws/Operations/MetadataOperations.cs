using System.Text.Json.Nodes;
using Strongroom.Testing.Aws.Secrets;

namespace Strongroom.Testing.Aws.Operations;

/// <summary>Tags, and secrets that go and come back.</summary>
internal sealed class MetadataOperations(SecretStore store)
{
    private const int DefaultWindow = 30;

    public JsonObject Tag(ServerCall call)
    {
        var secret = SecretAccess.Open(store, call, SecretRules.SecretId(call.Parameters), "TagResource").ChangeableOrThrow();
        if (!call.Parameters.Has("Tags"))
            throw Parameters.Constraint("Tags", "Member must not be null");
        SecretRules.SetTags(secret, SecretRules.Tags(call.Parameters));
        store.Changed(secret);
        return [];
    }

    public JsonObject Untag(ServerCall call)
    {
        var secret = SecretAccess.Open(store, call, SecretRules.SecretId(call.Parameters), "UntagResource").ChangeableOrThrow();
        var keys = call.Parameters.Texts("TagKeys", 0, 200, 128)
            ?? throw Parameters.Constraint("TagKeys", "Member must not be null");
        secret.Tags.RemoveAll(t => keys.Contains(t.Key));
        store.Changed(secret);
        return [];
    }

    public JsonObject Delete(ServerCall call)
    {
        var parameters = call.Parameters;
        var (id, window, force) = (
            SecretRules.SecretId(parameters),
            parameters.Number("RecoveryWindowInDays"),
            parameters.Flag("ForceDeleteWithoutRecovery")
        );
        var secret = SecretAccess.Seek(store, call, id, "DeleteSecret");
        if (force && window is not null)
            throw AwsError.Parameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
        if (window is < 7 or > 30)
            throw AwsError.Parameter("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
        if (secret is null)
            return force ? Vanished(call, id) : throw AwsError.NotFound();
        if (secret.IsReplica)
            throw AwsError.OnReplica();
        if (secret.Replicas.Count > 0)
            throw AwsError.Parameter(
                $"You can't delete secret {secret.Name} that still has replica regions "
                    + $"[{string.Join(", ", secret.Replicas.Select(r => r.Region))}]"
            );
        if (secret.Deletion is not null && !force)
            throw AwsError.Request(
                "You can't perform this operation on the secret because it was already scheduled for deletion."
            );
        var date = store.Now + TimeSpan.FromDays(force ? 0 : window ?? DefaultWindow);
        var answer = SecretJson.Identity(secret);
        answer["DeletionDate"] = AwsJson.Timestamp(date);
        secret.Deletion = date;
        if (force)
            store.Remove(secret);
        else
            store.Changed(secret);
        return answer;
    }

    public JsonObject Restore(ServerCall call)
    {
        var secret = SecretAccess.Open(store, call, SecretRules.SecretId(call.Parameters), "RestoreSecret");
        secret.Deletion = null;
        store.Changed(secret);
        return SecretJson.Identity(secret);
    }

    private JsonObject Vanished(ServerCall call, string id) =>
        new()
        {
            ["ARN"] = SecretAccess.Assumed(store, call.Region, id),
            ["Name"] = id,
            ["DeletionDate"] = AwsJson.Timestamp(store.Now),
        };
}
