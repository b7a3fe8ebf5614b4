using System.Text.Json;
using Strongroom.Aws.Transport;
using Strongroom.Aws.Wire;
using Strongroom.Backends.Wire;

namespace Strongroom.Aws.Secrets;

/// <summary>What operators and rotations do besides the value: its key, tags, replicas, passwords that AWS generates.</summary>
/// <remarks>CloudTrail writes down every parameter that is no value: nothing secret goes into a tag.</remarks>
internal sealed class SecretMaintenance(AwsSender sender)
{
    internal async ValueTask TagAsync(
        string path,
        SecretName name,
        IReadOnlyDictionary<string, string> tags,
        CancellationToken ct
    )
    {
        using var reply = await AskAsync("TagResource", BodyWriter.For(path).Pairs("Tags", "Key", "Value", tags), path, name, ct)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Changes the KMS key of an existing secret. AWS re-encrypts the staged versions with it; no version is created, so
    /// nothing changes for readers that may use the new key.
    /// </summary>
    internal async ValueTask ChangeKeyAsync(string path, SecretName name, string kmsKeyId, CancellationToken ct)
    {
        var body = BodyWriter.For(path).Text("KmsKeyId", kmsKeyId).Text("ClientRequestToken", WriteToken.OfKey(path, kmsKeyId));
        using var reply = await AskAsync("UpdateSecret", body, path, name, ct).ConfigureAwait(false);
    }

    internal async ValueTask ReplicateAsync(string path, SecretName name, IReadOnlyList<string> regions, CancellationToken ct)
    {
        var list = string.Join(',', regions.Select(region => $$"""{"Region":"{{JsonEncodedText.Encode(region)}}"}"""));
        using var reply = await AskAsync(
                "ReplicateSecretToRegions",
                BodyWriter.For(path).Raw("AddReplicaRegions", $"[{list}]"),
                path,
                name,
                ct
            )
            .ConfigureAwait(false);
    }

    internal async ValueTask RemoveReplicasAsync(
        string path,
        SecretName name,
        IReadOnlyList<string> regions,
        CancellationToken ct
    )
    {
        using var reply = await AskAsync(
                "RemoveRegionsFromReplication",
                BodyWriter.For(path).Texts("RemoveReplicaRegions", regions),
                path,
                name,
                ct
            )
            .ConfigureAwait(false);
    }

    /// <summary>A password of AWS's making; one of our own (a CSPRNG of the process) needs no call.</summary>
    internal async ValueTask<SecretValue> RandomPasswordAsync(int length, string? excluded, SecretName name, CancellationToken ct)
    {
        using var reply = await AskAsync(
                "GetRandomPassword",
                new BodyWriter().Number("PasswordLength", length).Text("ExcludeCharacters", excluded),
                "any",
                name,
                ct
            )
            .ConfigureAwait(false);
        return reply.Root.TryGetProperty("RandomPassword", out var password) && JsonText.Read(password) is { } value
            ? value
            : throw SecretErrors.NotWritten(name, "AWS returned no password");
    }

    private async ValueTask<AwsReply> AskAsync(
        string operation,
        BodyWriter body,
        string path,
        SecretName name,
        CancellationToken ct
    )
    {
        try
        {
            return await sender.SendAsync(new AwsCall(operation, body.End(), name), ct).ConfigureAwait(false);
        }
        catch (AwsServiceException e)
        {
            throw SecretErrors.Of(e, name, path, $"secretsmanager:{operation}");
        }
    }
}
