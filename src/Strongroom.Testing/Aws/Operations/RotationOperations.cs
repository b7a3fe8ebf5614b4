using System.Text.Json.Nodes;
using Strongroom.Testing.Aws.Secrets;

namespace Strongroom.Testing.Aws.Operations;

/// <summary>
/// The start of a rotation: an empty version labelled <c>AWSPENDING</c>, which the rotation function has to fill. No function
/// runs here; the test plays its part.
/// </summary>
internal sealed class RotationOperations(SecretStore store)
{
    public JsonObject Rotate(ServerCall call)
    {
        var parameters = call.Parameters;
        var secret = SecretAccess.Open(store, call, SecretRules.SecretId(parameters), "RotateSecret").ChangeableOrThrow();
        var token = SecretRules.Token(parameters);
        var function = parameters.Text("RotationLambdaARN", 0, 2048) ?? secret.RotationFunction;
        if (string.IsNullOrEmpty(function))
            throw AwsError.Request("No Lambda rotation function ARN is associated with this secret.");
        if (
            secret.Staged(SecretStages.Pending) is { } pending
            && pending != secret.Staged(SecretStages.Current)
            && pending.Id != token
        )
            throw AwsError.Request("A previous rotation isn't complete. That rotation will be reattempted.");
        (secret.RotationFunction, secret.Rotates) = (function, true);
        if (secret.Version(token) is null)
        {
            var version = new StoredVersion(token, null, store.Now, secret.KmsKeyId);
            secret.Versions.Add(version);
            SecretStages.Move(secret, SecretStages.Pending, version);
        }
        store.Changed(secret);
        return SecretJson.Identity(secret, token);
    }

    public JsonObject Cancel(ServerCall call)
    {
        var secret = SecretAccess
            .Open(store, call, SecretRules.SecretId(call.Parameters), "CancelRotateSecret")
            .ChangeableOrThrow();
        secret.Rotates = false;
        store.Changed(secret);
        return SecretJson.Identity(secret, secret.Staged(SecretStages.Pending)?.Id);
    }
}
