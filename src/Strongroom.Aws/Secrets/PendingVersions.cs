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
        return await versions
            .PutAsync(path, name, token, changed, [SecretStages.Pending, SecretStages.MadeFrom + current.Id], ct)
            .ConfigureAwait(false);
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
        // A promotion that died before it cleaned up is done again; its version is current already.
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
        if (stages.Has(pending, SecretStages.Pending))
            await versions.RemoveLabelAsync(path, name, SecretStages.Pending, pending, ct).ConfigureAwait(false);
        if (stages.BaseOf(pending) is { } noted)
            await versions.RemoveLabelAsync(path, name, SecretStages.MadeFrom + noted, pending, ct).ConfigureAwait(false);
        return new SecretWriteResult(pending, stages.RequestId);
    }

    private async ValueTask<SecretStages> ThereAsync(string path, SecretName name, CancellationToken ct)
    {
        var stages = await versions.StagesAsync(path, name, ct).ConfigureAwait(false) ?? throw SecretErrors.Missing(name, path);
        return stages.IsDeleted ? throw SecretErrors.Deleted(name, path) : stages;
    }
}
