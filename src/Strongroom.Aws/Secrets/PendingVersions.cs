using Strongroom.Backends;

namespace Strongroom.Aws.Secrets;

/// <summary>
/// A pending value is a version with the label <c>AWSPENDING</c>, as AWS's own rotations have it: the whole future secret, so
/// that promoting it is one move of <c>AWSCURRENT</c>. A second label notes which version it was made from, so that nothing
/// written since is lost.
/// </summary>
internal sealed class PendingVersions(SecretReader reader, SecretVersions versions)
{
    internal async ValueTask<SecretWriteResult> WriteAsync(SecretWrite write, CancellationToken ct)
    {
        var (name, path) = (write.Location.Name, write.Location.StoredName.Path);
        var stages = await ThereAsync(path, name, ct).ConfigureAwait(false);
        // AWS makes the first version of a secret current whatever labels it is given: it would go live untried.
        if (stages.Of(SecretStages.Current) is not { } current)
            throw SecretErrors.NotWritten(name, "a pending value requires a current value. Write that first");
        if (WriteToken.Named(write) is { } done && (stages.Unpromoted?.Id == done || current.Id == done))
            return new SecretWriteResult(new SecretVersion(done), stages.RequestId);
        if (write.IdempotencyKey is { } operation && stages.Unpromoted is { } theirs && stages.OperationOf(theirs) != operation)
            throw SecretErrors.Conflict(name, "another operation's pending value exists. Promote or discard it first");
        if (write.Condition.MustBeAbsent && stages.Unpromoted is not null)
            throw SecretErrors.Conflict(name, "another pending value exists. Promote it, or write without that condition");
        if (write.Condition.Expected is { } expected && stages.Unpromoted != expected)
            throw SecretErrors.Conflict(name, "the pending value is not the one that was expected");
        // A pending version that was made from an older one would take back what was written since.
        var goesOn = stages.Unpromoted is { } waiting && stages.BaseOf(waiting) == current.Id;
        using var source = await reader
            .FindAsync(path, name, goesOn ? stages.Unpromoted : current, SecretStages.Current, ct)
            .ConfigureAwait(false)
            ?? throw SecretErrors.Conflict(name, "it was changed at the same time. Read it again");
        using var changed = ContentChange.Of(source.Content, write.Location, write.Value);
        if (changed is null)
            return goesOn
                ? new SecretWriteResult(source.Version, source.RequestId)
                : throw SecretErrors.NotWritten(name, "the pending value is the current one");
        var token = WriteToken.Of(write, source.Version, changed);
        string[] labels = [SecretStages.Pending, SecretStages.MadeFrom + current.Id];
        if (write.IdempotencyKey is { } key)
            labels = [.. labels, SecretStages.Operation + key];
        return await versions.PutAsync(path, name, token, changed, labels, ct).ConfigureAwait(false);
    }

    internal async ValueTask<SecretWriteResult> PromoteAsync(
        SecretLocation location,
        SecretVersion pending,
        SecretVersion? expected,
        CancellationToken ct
    )
    {
        var (name, path) = (location.Name, location.StoredName.Path);
        var stages = await ThereAsync(path, name, ct).ConfigureAwait(false);
        var current = stages.Of(SecretStages.Current) ?? throw SecretErrors.Missing(name, path);
        // Done already, by a call whose response was lost.
        if (current != pending)
        {
            if (!stages.Has(pending, SecretStages.Pending))
                throw SecretErrors.Conflict(
                    name,
                    $"pending version {pending} no longer exists: it was promoted or replaced. Check the secret's " + "history"
                );
            if ((stages.BaseOf(pending) is { } from && from != current.Id) || (expected is { } wanted && wanted != current))
                throw SecretErrors.Conflict(name, "the secret has changed since the pending value was created. Create a new one");
            if (!await versions.TryMakeCurrentAsync(path, name, pending, current, ct).ConfigureAwait(false))
                throw SecretErrors.Conflict(name, "the secret was changed at the same time. Create a new pending value");
        }
        return new SecretWriteResult(pending, stages.RequestId);
    }

    internal async ValueTask<PendingVersion?> FindAsync(SecretLocation location, CancellationToken ct)
    {
        var (name, path) = (location.Name, location.StoredName.Path);
        var stages = await versions.StagesAsync(path, name, ct).ConfigureAwait(false);
        return stages is { IsDeleted: false } && stages.Of(SecretStages.Pending) is { } pending
            ? new PendingVersion(pending, stages.OperationOf(pending), pending == stages.Of(SecretStages.Current))
            : null;
    }

    /// <summary>Removes the labels. AWS removes versions without labels itself, and offers no other way.</summary>
    internal async ValueTask<SecretWriteResult> DiscardAsync(SecretLocation location, SecretVersion pending, CancellationToken ct)
    {
        var (name, path) = (location.Name, location.StoredName.Path);
        var stages = await ThereAsync(path, name, ct).ConfigureAwait(false);
        if (stages.Of(SecretStages.Pending) is { } found && found != pending)
            throw SecretErrors.Conflict(name, "another pending value exists, which is kept");
        await versions
            .RemoveLabelsAsync(path, name, stages.LabelsOf(pending).Where(IsPendings), pending, ct)
            .ConfigureAwait(false);
        return new SecretWriteResult(pending, stages.RequestId);
    }

    private static bool IsPendings(string label) =>
        label == SecretStages.Pending
        || label.StartsWith(SecretStages.MadeFrom, StringComparison.Ordinal)
        || label.StartsWith(SecretStages.Operation, StringComparison.Ordinal);

    private async ValueTask<SecretStages> ThereAsync(string path, SecretName name, CancellationToken ct)
    {
        var stages = await versions.StagesAsync(path, name, ct).ConfigureAwait(false) ?? throw SecretErrors.Missing(name, path);
        return stages.IsDeleted ? throw SecretErrors.Deleted(name, path) : stages;
    }
}
