using Strongroom.Testing.Aws.Policies;
using Strongroom.Testing.Aws.Secrets;

namespace Strongroom.Testing.Aws.Operations;

/// <summary>
/// The way from an id to a secret. Permission comes first: a caller without it does not learn that a secret is missing.
/// </summary>
internal static class SecretAccess
{
    public static StoredSecret Open(SecretStore store, ServerCall call, string id, string action, string? stage = null) =>
        Seek(store, call, id, action, stage) ?? throw AwsError.NotFound();

    public static StoredSecret? Seek(SecretStore store, ServerCall call, string id, string action, string? stage = null)
    {
        var secret = store.Find(call.Region, id);
        call.Require("secretsmanager:" + action, secret?.Arn ?? Assumed(store, call.Region, id), secret?.Facts(id, stage));
        return secret;
    }

    /// <summary>The ARN that rules are asked with where there is no secret: it lacks the six characters.</summary>
    public static string Assumed(SecretStore store, string region, string id) =>
        SecretArn.TryParse(id, out _) ? id : new SecretArn(region, store.Account, id).ToString();

    /// <summary>A key of one's own wants its permission too; the account's key for secrets asks for none.</summary>
    public static void UseKey(SecretStore store, ServerCall call, string? kmsKeyId, string action)
    {
        if (string.IsNullOrEmpty(kmsKeyId) || kmsKeyId.EndsWith("alias/aws/secretsmanager", StringComparison.Ordinal))
            return;
        var arn = kmsKeyId.StartsWith("arn:", StringComparison.Ordinal)
            ? kmsKeyId
            : $"arn:aws:kms:{call.Region}:{store.Account}:"
                + (kmsKeyId.StartsWith("alias/", StringComparison.Ordinal) ? kmsKeyId : $"key/{kmsKeyId}");
        Dictionary<string, string> facts = new(StringComparer.OrdinalIgnoreCase)
        {
            ["kms:ViaService"] = $"secretsmanager.{call.Region}.amazonaws.com",
        };
        if (call.Caller.Credential.Access.Refuses(action, arn, new ConditionContext(facts), call.Region) is not null)
            throw new AwsError("AccessDeniedException", "Access to KMS is not allowed");
    }
}
