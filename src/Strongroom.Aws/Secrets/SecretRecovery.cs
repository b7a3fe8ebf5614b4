using Strongroom.Aws.Transport;
using Strongroom.Aws.Wire;
using Strongroom.Backends;

namespace Strongroom.Aws.Secrets;

/// <summary>Deletes with a window for regrets, restores within it, and makes older versions current again.</summary>
internal sealed class SecretRecovery(
    AwsSender sender,
    SecretVersions versions,
    SecretWriter writer,
    SecretHistory history,
    int recoveryDays
)
{
    /// <summary>Deletes the secret; for a name with a field only that field, if the secret has others.</summary>
    internal async ValueTask<SecretWriteResult> DeleteAsync(SecretLocation location, CancellationToken ct)
    {
        var (name, path) = (location.Name, location.StoredName.Path);
        if (
            location.StoredName.Field is { } field and not SecretName.WholeText
            && await writer.TryRemoveFieldAsync(location, ct).ConfigureAwait(false) is { } without
        )
            return without;
        var stages = await versions.StagesAsync(path, name, ct).ConfigureAwait(false) ?? throw SecretErrors.Missing(name, path);
        if (stages.IsDeleted)
            throw SecretErrors.Deleted(name, path);
        try
        {
            using var reply = await sender
                .SendAsync(
                    new AwsCall("DeleteSecret", BodyWriter.For(path).Number("RecoveryWindowInDays", recoveryDays).End(), name),
                    ct
                )
                .ConfigureAwait(false);
            return new SecretWriteResult(stages.Of(SecretStages.Current) ?? default, reply.RequestId);
        }
        catch (AwsServiceException e)
            when (e is { ErrorCode: SecretErrors.InvalidRequest or SecretErrors.InvalidParameter, SpeaksOfReplicas: true })
        {
            throw SecretErrors.NotWritten(
                name,
                "it has replicas, which must be removed first: aws secretsmanager remove-regions-from-replication"
            );
        }
        catch (AwsServiceException e)
        {
            throw SecretErrors.Of(e, name, path, "secretsmanager:DeleteSecret");
        }
    }

    internal async ValueTask<SecretWriteResult> RestoreAsync(
        SecretLocation location,
        SecretVersion? version,
        CancellationToken ct
    )
    {
        var (name, path) = (location.Name, location.StoredName.Path);
        var stages = await versions.StagesAsync(path, name, ct).ConfigureAwait(false) ?? throw SecretErrors.Missing(name, path);
        if (stages.IsDeleted)
            await UndeleteAsync(path, name, ct).ConfigureAwait(false);
        if (stages.Of(SecretStages.Current) is not { } current)
            throw SecretErrors.VersionGone(name, "current version");
        if (version is not { } wanted || wanted == current)
            return new SecretWriteResult(current, stages.RequestId);
        if (!await history.HasAsync(path, name, wanted, ct).ConfigureAwait(false))
            throw SecretErrors.VersionGone(name, $"version {wanted}");
        return await versions.TryMakeCurrentAsync(path, name, wanted, current, ct).ConfigureAwait(false)
            ? new SecretWriteResult(wanted, stages.RequestId)
            : throw SecretErrors.Conflict(name, "another client wrote it at the same time. Check its history, then retry");
    }

    private async ValueTask UndeleteAsync(string path, SecretName name, CancellationToken ct)
    {
        try
        {
            using var reply = await sender
                .SendAsync(new AwsCall("RestoreSecret", BodyWriter.For(path).End(), name), ct)
                .ConfigureAwait(false);
        }
        catch (AwsServiceException e)
        {
            throw SecretErrors.Of(e, name, path, "secretsmanager:RestoreSecret");
        }
    }
}
