using Microsoft.Extensions.Logging;
using Strongroom.Aws.Transport;
using Strongroom.Aws.Wire;
using Strongroom.Backends;

namespace Strongroom.Aws.Secrets;

/// <summary>The single steps of changing a secret: its versions and the labels on them.</summary>
internal sealed class SecretVersions(AwsSender sender, string? kmsKeyId, ILogger logger)
{
    /// <summary>Which version carries which label; null where there is no such secret.</summary>
    internal async ValueTask<SecretStages?> StagesAsync(string path, SecretName name, CancellationToken ct)
    {
        try
        {
            using var reply = await sender
                .SendAsync(new AwsCall("DescribeSecret", BodyWriter.For(path).End(), name), ct)
                .ConfigureAwait(false);
            return SecretStages.Read(reply);
        }
        catch (AwsServiceException e) when (e.ErrorCode == SecretErrors.NotFound)
        {
            return null;
        }
        catch (AwsServiceException e)
        {
            throw SecretErrors.Of(e, name, path, "secretsmanager:DescribeSecret");
        }
    }

    /// <summary>Makes the secret with its first version, or null where it is there already.</summary>
    internal async ValueTask<SecretWriteResult?> TryCreateAsync(
        string path,
        SecretName name,
        string token,
        SecretContent content,
        CancellationToken ct
    )
    {
        if (LooksLikeAnArn(path))
            Log.NameLooksLikeAnArn(logger, path);
        var body = new BodyWriter()
            .Text("Name", path)
            .Text("ClientRequestToken", token)
            .Text("KmsKeyId", kmsKeyId)
            .Content(content)
            .End();
        try
        {
            using var reply = await sender.SendAsync(new AwsCall("CreateSecret", body, name), ct).ConfigureAwait(false);
            return ReceiptOf(reply, token);
        }
        catch (AwsServiceException e) when (e.ErrorCode == SecretErrors.Exists)
        {
            return null;
        }
        catch (AwsServiceException e)
        {
            throw SecretErrors.Of(e, name, path, "secretsmanager:CreateSecret");
        }
    }

    /// <summary>Stores a version under labels. The same token with the same content again is no second one.</summary>
    internal async ValueTask<SecretWriteResult> PutAsync(
        string path,
        SecretName name,
        string token,
        SecretContent content,
        string[] labels,
        CancellationToken ct
    )
    {
        var body = BodyWriter.For(path).Text("ClientRequestToken", token).Texts("VersionStages", labels).Content(content).End();
        try
        {
            using var reply = await sender.SendAsync(new AwsCall("PutSecretValue", body, name), ct).ConfigureAwait(false);
            return ReceiptOf(reply, token);
        }
        catch (AwsServiceException e)
        {
            throw SecretErrors.Of(e, name, path, "secretsmanager:PutSecretValue");
        }
    }

    /// <summary>
    /// Makes a version current where <paramref name="expected"/> still is: AWS moves the label only from the version that is
    /// named, which is the lock that check-and-set needs. False where another one is current by now.
    /// </summary>
    internal async ValueTask<bool> TryMakeCurrentAsync(
        string path,
        SecretName name,
        SecretVersion version,
        SecretVersion expected,
        CancellationToken ct
    )
    {
        try
        {
            await MoveAsync(path, name, SecretStages.Current, version, expected, ct).ConfigureAwait(false);
            return true;
        }
        catch (AwsServiceException e)
            when (e.ErrorCode is SecretErrors.InvalidParameter or SecretErrors.NotFound or "ValidationException"
                || (e.ErrorCode == SecretErrors.InvalidRequest && !e.SpeaksOfDeletion)
            )
        {
            return false;
        }
        catch (AwsServiceException e)
        {
            throw SecretErrors.Of(e, name, path, "secretsmanager:UpdateSecretVersionStage");
        }
    }

    /// <summary>Adds a label to a version.</summary>
    internal async ValueTask AddLabelAsync(
        string path,
        SecretName name,
        string label,
        SecretVersion version,
        CancellationToken ct
    )
    {
        try
        {
            await MoveAsync(path, name, label, version, null, ct).ConfigureAwait(false);
        }
        catch (AwsServiceException e)
        {
            throw SecretErrors.Of(e, name, path, "secretsmanager:UpdateSecretVersionStage");
        }
    }

    /// <summary>Removes labels from a version.</summary>
    internal async ValueTask RemoveLabelsAsync(
        string path,
        SecretName name,
        IEnumerable<string> labels,
        SecretVersion version,
        CancellationToken ct
    )
    {
        foreach (var label in labels)
        {
            try
            {
                await MoveAsync(path, name, label, null, version, ct).ConfigureAwait(false);
            }
            catch (AwsServiceException e)
            {
                throw SecretErrors.Of(e, name, path, "secretsmanager:UpdateSecretVersionStage");
            }
        }
    }

    /// <summary>Removes an obsolete label. A failure does not affect the completed change.</summary>
    internal async ValueTask RemoveLabelAsync(
        string path,
        SecretName name,
        string label,
        SecretVersion version,
        CancellationToken ct
    )
    {
        try
        {
            await MoveAsync(path, name, label, null, version, ct).ConfigureAwait(false);
        }
        catch (AwsServiceException e)
        {
            Log.LabelLeftBehind(logger, path, SecretErrors.Of(e, name, path, "secretsmanager:UpdateSecretVersionStage").Code);
        }
        catch (SecretException e)
        {
            Log.LabelLeftBehind(logger, path, e.Code);
        }
    }

    private async ValueTask MoveAsync(
        string path,
        SecretName name,
        string label,
        SecretVersion? to,
        SecretVersion? from,
        CancellationToken ct
    )
    {
        var body = BodyWriter
            .For(path)
            .Text("VersionStage", label)
            .Text("MoveToVersionId", to?.Id)
            .Text("RemoveFromVersionId", from?.Id)
            .End();
        using var reply = await sender.SendAsync(new AwsCall("UpdateSecretVersionStage", body, name), ct).ConfigureAwait(false);
    }

    private static SecretWriteResult ReceiptOf(AwsReply reply, string token) =>
        new(
            new SecretVersion(reply.Text("VersionId") is { Length: > 0 and <= SecretVersion.MaxLength } id ? id : token),
            reply.RequestId
        );

    private static bool LooksLikeAnArn(string path) =>
        path.Length > 7 && path[^7] == '-' && path.AsSpan(path.Length - 6).IndexOfAnyExcept(s_alphanumeric) < 0;

    private static readonly System.Buffers.SearchValues<char> s_alphanumeric = System.Buffers.SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    );
}
