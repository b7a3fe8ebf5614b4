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
    /// <summary>Deletes the secret; of a name with a field only that field, where others stand beside it.</summary>
    internal async ValueTask<SecretWriteResult> DeleteAsync(SecretLocation place, CancellationToken ct)
    {
        var (name, path) = (place.Name, place.StoredName.Path);
        if (
            place.StoredName.Field is { } field and not SecretName.WholeText
            && await writer.TryRemoveFieldAsync(place, ct).ConfigureAwait(false) is { } without
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
                "it has replicas, which must go first: aws secretsmanager remove-regions-from-replication"
            );
        }
        catch (AwsServiceException e)
        {
            throw SecretErrors.Of(e, name, path, "secretsmanager:DeleteSecret");
        }
    }

    internal async ValueTask<SecretWriteResult> RestoreAsync(SecretLocation place, SecretVersion? version, CancellationToken ct)
    {
        var (name, path) = (place.Name, place.StoredName.Path);
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
            : throw SecretErrors.Conflict(name, "somebody else wrote it in the same moment. Look at its history, then decide");
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
