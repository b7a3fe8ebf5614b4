using System.Text.Json.Nodes;
using Strongroom.Testing.Aws.Secrets;

namespace Strongroom.Testing.Aws.Operations;

/// <summary>Values, one by one and up to twenty at once, and descriptions.</summary>
internal sealed class ReadOperations(SecretStore store, PageTokens pages)
{
    private const int LargestBatch = 20;

    public JsonObject Get(ServerCall call)
    {
        var parameters = call.Parameters;
        return Get(
            call,
            SecretRules.SecretId(parameters),
            SecretRules.VersionId(parameters, "VersionId"),
            parameters.Text("VersionStage", 1, 256)
        );
    }

    public JsonObject BatchGet(ServerCall call)
    {
        var parameters = call.Parameters;
        var ids = parameters.Texts("SecretIdList", 1, LargestBatch, 2048);
        var filters = SecretFilter.Read(parameters);
        if (ids is null == filters is null)
            throw AwsError.Parameter("Either 'SecretIdList' or 'Filters' must be provided, but not both.");
        if (filters is null && (parameters.Has("MaxResults") || parameters.Has("NextToken")))
            throw AwsError.Parameter("'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is provided.");
        call.Require("secretsmanager:BatchGetSecretValue", "*");
        string? next = null;
        if (filters is not null)
        {
            call.Require("secretsmanager:ListSecrets", "*");
            var matching = SecretFilter
                .Apply(store.Lists.Entries(call.Region, store.Now), filters)
                .Where(e => e["DeletedDate"] is null)
                .Select(e => (string)e["ARN"]!)
                .ToList();
            (ids, next) = pages.Take(matching, parameters, LargestBatch, LargestBatch, call.Region);
        }
        var (values, errors) = (new JsonArray(), new JsonArray());
        foreach (var id in ids!)
            try
            {
                if (call.BatchFault?.For(id) is { } fault)
                    throw fault;
                values.Add(Get(call, SecretArn.TryParse(id, out _) ? id : SecretRules.Spelled(id), null, null));
            }
            catch (AwsError error)
            {
                errors.Add(
                    new JsonObject
                    {
                        ["SecretId"] = id,
                        ["ErrorCode"] = error.Code,
                        ["Message"] = error.Message,
                    }
                );
            }
        JsonObject answer = new() { ["SecretValues"] = values, ["Errors"] = errors };
        if (next is not null)
            answer["NextToken"] = next;
        return answer;
    }

    public JsonObject Describe(ServerCall call) =>
        SecretJson.Description(SecretAccess.Open(store, call, SecretRules.SecretId(call.Parameters), "DescribeSecret"));

    private JsonObject Get(ServerCall call, string id, string? versionId, string? stage)
    {
        var secret = SecretAccess.Open(store, call, id, "GetSecretValue", stage ?? SecretStages.Current);
        if (secret.Deletion is not null)
            throw AwsError.MarkedForDeletion();
        var version = Version(secret, versionId, stage);
        SecretAccess.UseKey(store, call, version.KmsKeyId, "kms:Decrypt");
        // The service tells the day of the last access, not the time.
        var today = new DateTimeOffset(store.Now.UtcDateTime.Date, TimeSpan.Zero);
        version.Accessed = today;
        if (secret.Accessed != today)
        {
            secret.Accessed = today;
            store.Publish(secret);
        }
        return SecretJson.Value(secret, version);
    }

    private static StoredVersion Version(StoredSecret secret, string? versionId, string? stage)
    {
        var label = stage ?? SecretStages.Current;
        if (versionId is null)
            return secret.Staged(label) is { Content: not null } staged
                ? staged
                : throw AwsError.NotFound($"secret value for staging label: {label}");
        if (secret.Version(versionId) is not { Content: not null } version)
            throw AwsError.NotFound($"secret value for VersionId: {versionId}");
        return stage is null || version.Stages.Contains(stage)
            ? version
            : throw AwsError.Request("You provided a VersionStage that is not associated to the provided VersionId.");
    }
}
