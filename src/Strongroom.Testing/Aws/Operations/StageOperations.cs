using System.Text.Json.Nodes;
using Strongroom.Testing.Aws.Secrets;

namespace Strongroom.Testing.Aws.Operations;

/// <summary>Labels of versions, and versions by their labels.</summary>
internal sealed class StageOperations(SecretStore store, PageTokens pages)
{
    public JsonObject Update(ServerCall call)
    {
        var parameters = call.Parameters;
        var secret = SecretAccess
            .Open(store, call, SecretRules.SecretId(parameters), "UpdateSecretVersionStage")
            .ChangeableOrThrow();
        var stage = parameters.Required("VersionStage", 1, 256);
        SecretStages.Update(
            secret,
            stage,
            SecretRules.VersionId(parameters, "RemoveFromVersionId"),
            SecretRules.VersionId(parameters, "MoveToVersionId")
        );
        store.Changed(secret);
        return SecretJson.Identity(secret);
    }

    public JsonObject ListVersions(ServerCall call)
    {
        var parameters = call.Parameters;
        var secret = SecretAccess.Open(store, call, SecretRules.SecretId(parameters), "ListSecretVersionIds");
        var all = secret.Versions.Where(v => v.Stages.Count > 0 || parameters.Flag("IncludeDeprecated")).Reverse().ToList();
        var (page, next) = pages.Take(all, parameters, 100, 100, secret.Arn);
        JsonObject answer = new()
        {
            ["Versions"] = new JsonArray([.. page.Select(v => (JsonNode)SecretJson.Version(v))]),
            ["ARN"] = secret.Arn,
            ["Name"] = secret.Name,
        };
        if (next is not null)
            answer["NextToken"] = next;
        return answer;
    }
}
