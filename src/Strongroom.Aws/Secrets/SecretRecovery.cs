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

    /// <summary>Makes an older version current where <paramref name="expected"/> still is.</summary>
    internal async ValueTask<SecretWriteResult> MakeCurrentAsync(
        SecretLocation location,
        SecretVersion version,
        SecretVersion expected,
        CancellationToken ct
    )
    {
        var (name, path) = (location.Name, location.StoredName.Path);
        var stages = await ThereAsync(path, name, ct).ConfigureAwait(false);
        // Done already, by a call whose response was lost.
        if (stages.Of(SecretStages.Current) == version)
            return new SecretWriteResult(version, stages.RequestId);
        if (!await history.HasAsync(path, name, version, ct).ConfigureAwait(false))
            throw SecretErrors.VersionGone(name, $"version {version}");
        return
            stages.Of(SecretStages.Current) == expected
            && await versions.TryMakeCurrentAsync(path, name, version, expected, ct).ConfigureAwait(false)
            ? new SecretWriteResult(version, stages.RequestId)
            : throw SecretErrors.Conflict(name, $"version {expected} is not current any more. Check its history");
    }

    internal async ValueTask<SecretWriteResult> KeepAsync(SecretLocation location, SecretVersion version, CancellationToken ct)
    {
        var (name, path) = (location.Name, location.StoredName.Path);
        var stages = await ThereAsync(path, name, ct).ConfigureAwait(false);
        var label = SecretStages.Kept + version.Id;
        if (!await history.HasAsync(path, name, version, ct).ConfigureAwait(false))
            throw SecretErrors.VersionGone(name, $"version {version}");
        if (!stages.Has(version, label))
            await versions.AddLabelAsync(path, name, label, version, ct).ConfigureAwait(false);
        return new SecretWriteResult(version, stages.RequestId);
    }

    /// <summary>Removes every label. AWS removes versions without labels itself, and offers no other way.</summary>
    internal async ValueTask<SecretWriteResult> DestroyAsync(SecretLocation location, SecretVersion version, CancellationToken ct)
    {
        var (name, path) = (location.Name, location.StoredName.Path);
        var stages = await ThereAsync(path, name, ct).ConfigureAwait(false);
        if (stages.Of(SecretStages.Current) == version)
            throw SecretErrors.NotWritten(name, "the current version is not destroyed. Write a newer one, or delete it first");
        await versions.RemoveLabelsAsync(path, name, stages.LabelsOf(version), version, ct).ConfigureAwait(false);
        return new SecretWriteResult(version, stages.RequestId);
    }

    private async ValueTask<SecretStages> ThereAsync(string path, SecretName name, CancellationToken ct)
    {
        var stages = await versions.StagesAsync(path, name, ct).ConfigureAwait(false) ?? throw SecretErrors.Missing(name, path);
        return stages.IsDeleted ? throw SecretErrors.Deleted(name, path) : stages;
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
