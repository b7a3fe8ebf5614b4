using Strongroom.Aws.Wire;
using Strongroom.Backends;

namespace Strongroom.Aws.Secrets;

/// <summary>
/// Changes secrets: read, change, store under a temporary label, then move <c>AWSCURRENT</c> from the version that was read. So
/// no concurrently written field is lost, and no reader sees a version before it is current.
/// </summary>
internal sealed class SecretWriter(SecretReader reader, SecretVersions versions)
{
    /// <summary>How often a write without a condition is retried when others write too.</summary>
    private const int Attempts = 4;

    private const string OwnLabel = "strongroom-";

    internal async ValueTask<SecretWriteResult> WriteAsync(SecretWrite write, CancellationToken ct)
    {
        var (name, path) = (write.Location.Name, write.Location.StoredName.Path);
        for (var attempt = 1; ; attempt++)
        {
            using var found = await reader.FindAsync(path, name, null, SecretStages.Current, ct).ConfigureAwait(false);
            // The same doing again, after its answer was lost.
            if (found is not null && WriteToken.Named(write) == found.Version.Id)
                return new SecretWriteResult(found.Version, found.RequestId);
            Require(write, found);
            using var changed = ContentChange.Of(found?.Content, write.Location, write.Value);
            if (changed is null)
                return new SecretWriteResult(found!.Version, found.RequestId);
            var token = WriteToken.Of(write, found?.Version, changed);
            var receipt = found is null
                ? await versions.TryCreateAsync(path, name, token, changed, ct).ConfigureAwait(false)
                : await ReplaceAsync(path, name, token, changed, found.Version, ct).ConfigureAwait(false);
            if (receipt is not null)
                return receipt;
            if (
                found is null
                && await versions.StagesAsync(path, name, ct).ConfigureAwait(false) is { } stages
                && stages.Of(SecretStages.Current) is null
                && !stages.IsDeleted
            )
                return await versions.PutAsync(path, name, token, changed, [SecretStages.Current], ct).ConfigureAwait(false);
            if (write.Condition != default || attempt == Attempts)
                throw SecretErrors.Conflict(name, "another client wrote it at the same time. Read it again, then retry");
        }
    }

    /// <summary>The content without one field, or null where that field is all there is.</summary>
    internal async ValueTask<SecretWriteResult?> TryRemoveFieldAsync(SecretLocation location, CancellationToken ct)
    {
        var (name, path) = (location.Name, location.StoredName.Path);
        using var found = await reader.FindAsync(path, name, null, SecretStages.Current, ct).ConfigureAwait(false)
            ?? throw SecretErrors.Missing(name, path);
        var names = found.Content.FieldNames();
        var field = FieldSelection.Select(location, names, AwsDefaults.BackendName, out var error) ?? throw error!;
        if (!names.Exists(other => other != field))
            return null;
        using var without = SecretContent.WithField(found.Content.Fields, field, null);
        using var nothing = SecretValue.FromText("removed");
        var token = WriteToken.Of(new SecretWrite(location, nothing), found.Version, without);
        return await ReplaceAsync(path, name, token, without, found.Version, ct).ConfigureAwait(false)
            ?? throw SecretErrors.Conflict(name, "another client wrote it at the same time. Read it again, then retry");
    }

    private async ValueTask<SecretWriteResult?> ReplaceAsync(
        string path,
        SecretName name,
        string token,
        SecretContent content,
        SecretVersion expected,
        CancellationToken ct
    )
    {
        var label = OwnLabel + token[..16];
        var receipt = await versions.PutAsync(path, name, token, content, [label], ct).ConfigureAwait(false);
        var isCurrent =
            receipt.Version == expected
            || await versions.TryMakeCurrentAsync(path, name, receipt.Version, expected, ct).ConfigureAwait(false);
        await versions.RemoveLabelAsync(path, name, label, receipt.Version, ct).ConfigureAwait(false);
        return isCurrent ? receipt : null;
    }

    private static void Require(SecretWrite write, AwsSecretVersion? found)
    {
        if (
            write.Condition.MustBeAbsent
            && found is not null
            && (
                write.Location.StoredName.Field is not { } field
                || field == SecretName.WholeText
                || !found.Content.HasFields
                || found.Content.Fields.TryGetProperty(field, out _)
            )
        )
            throw SecretErrors.Conflict(write.Location.Name, "it already exists. Read it first, and write with its version");
        if (write.Condition.Expected is { } expected && found?.Version != expected)
            throw SecretErrors.Conflict(write.Location.Name, "it has changed since that version was read. Read it again");
    }
}
