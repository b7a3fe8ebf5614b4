using System.Text.Json.Nodes;

namespace Strongroom.Testing.Aws.Secrets;

/// <summary>Secrets as the service's answers show them. What has no value is left out.</summary>
internal static class SecretJson
{
    public static JsonObject Identity(StoredSecret secret, string? versionId = null)
    {
        JsonObject json = new() { ["ARN"] = secret.Arn, ["Name"] = secret.Name };
        if (versionId is not null)
            json["VersionId"] = versionId;
        return json;
    }

    public static JsonObject Value(StoredSecret secret, StoredVersion version)
    {
        var json = Identity(secret, version.Id);
        version.Content!.WriteTo(json);
        if (version.Stages.Count > 0)
            json["VersionStages"] = AwsJson.Texts(version.Stages);
        json["CreatedDate"] = AwsJson.Timestamp(version.Created);
        return json;
    }

    public static JsonObject Description(StoredSecret secret)
    {
        var json = Common(secret, "VersionIdsToStages");
        if (secret is { IsReplica: false, Replicas.Count: > 0 })
            json["ReplicationStatus"] = Replicas(secret);
        return json;
    }

    public static JsonObject ListEntry(StoredSecret secret) => Common(secret, "SecretVersionsToStages");

    public static JsonArray Replicas(StoredSecret secret) =>
        new([
            .. secret.Replicas.Select(r =>
            {
                JsonObject json = new()
                {
                    ["Region"] = r.Region,
                    ["KmsKeyId"] = r.KmsKeyId ?? "alias/aws/secretsmanager",
                    ["Status"] = r.Status,
                };
                if (r.Message is not null)
                    json["StatusMessage"] = r.Message;
                return (JsonNode)json;
            }),
        ]);

    public static JsonObject Version(StoredVersion version)
    {
        JsonObject json = new() { ["VersionId"] = version.Id, ["CreatedDate"] = AwsJson.Timestamp(version.Created) };
        if (version.Stages.Count > 0)
            json["VersionStages"] = AwsJson.Texts(version.Stages);
        AddMoment(json, "LastAccessedDate", version.Accessed);
        json["KmsKeyIds"] = AwsJson.Texts([version.KmsKeyId ?? "DefaultEncryptionKey"]);
        return json;
    }

    private static JsonObject Common(StoredSecret secret, string stagesName)
    {
        var json = Identity(secret);
        AddText(json, "Description", secret.Description);
        AddText(json, "KmsKeyId", secret.KmsKeyId);
        if (secret.Rotates is { } rotates)
            (json["RotationEnabled"], json["RotationLambdaARN"]) = (rotates, secret.RotationFunction);
        AddMoment(json, "LastChangedDate", secret.Changed);
        AddMoment(json, "LastAccessedDate", secret.Accessed);
        AddMoment(json, "DeletedDate", secret.Deletion);
        if (secret.Tags.Count > 0)
            json["Tags"] = new JsonArray([
                .. secret.Tags.Select(t => (JsonNode)new JsonObject { ["Key"] = t.Key, ["Value"] = t.Value }),
            ]);
        var labelled = secret.Versions.Where(v => v.Stages.Count > 0).ToList();
        if (labelled.Count > 0)
            json[stagesName] = new JsonObject(
                labelled.Select(v => KeyValuePair.Create(v.Id, (JsonNode?)AwsJson.Texts(v.Stages)))
            );
        AddMoment(json, "CreatedDate", secret.Created);
        AddText(json, "PrimaryRegion", secret.PrimaryRegion);
        return json;
    }

    private static void AddText(JsonObject json, string name, string? text)
    {
        if (!string.IsNullOrEmpty(text))
            json[name] = text;
    }

    private static void AddMoment(JsonObject json, string name, DateTimeOffset? moment)
    {
        if (moment is { } m)
            json[name] = AwsJson.Timestamp(m);
    }
}
