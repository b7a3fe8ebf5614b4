using Strongroom.Audit;
using Strongroom.Backends;
using Strongroom.Caching;
using Strongroom.Journaling;

namespace Strongroom;

/// <summary>
/// What goes past the cache: one secret read at the backend and journalled, one value written within the backend's limits.
/// </summary>
internal sealed class UncachedSecrets(ISecretBackend backend, AuditTrail trail)
{
    /// <summary>
    /// Reads a version, or the current one where none is named. Without its row in the journal the value does not leave.
    /// </summary>
    internal async ValueTask<Secret> ReadAsync(string bundle, SecretLocation place, SecretVersion? version, CancellationToken ct)
    {
        var request = new SecretRequest(bundle, [place], ReadPurpose.Get) { Version = version };
        var answer = (await backend.ReadAsync([request], ct).ConfigureAwait(false))[0];
        var record = trail.About(
            AccessOperation.Get,
            answer.Succeeded ? AccessOutcome.Success : AuditTrail.OutcomeOf(answer.Error),
            place.Name
        ) with
        {
            Source = answer.Succeeded ? AccessSource.Backend : AccessSource.None,
            Version = version?.Id ?? answer.Version.Id,
            Error = answer.Error?.Code,
        };
        if (!answer.Succeeded)
        {
            trail.RecordFailure(record);
            throw answer.Error;
        }
        try
        {
            trail.Require(record);
        }
        catch (SecretAuditFailedException)
        {
            answer.Values[0].Dispose();
            throw;
        }
        return new Secret(
            place.Name,
            answer.Values[0],
            answer.Version,
            answer.CreatedAt,
            bundle,
            VersionIdentity.Of(answer, backend.Capabilities)
        );
    }

    internal async ValueTask<SecretVersion> WriteAsync(
        SecretLocation place,
        SecretValue value,
        SetCondition condition,
        CancellationToken ct
    )
    {
        if (value.ByteCount == 0 || value.ByteCount > backend.Capabilities.MaxValueBytes)
        {
            throw new SecretWriteException(
                SecretErrorCode.WriteFailed,
                $"The value for '{place.Name}' has {value.ByteCount} bytes; the {backend.Name} backend takes 1 to "
                    + $"{backend.Capabilities.MaxValueBytes}.",
                place.Name,
                backend.Name
            );
        }
        return (await backend.WriteAsync(new SecretWrite(place, value, condition), ct).ConfigureAwait(false)).Version;
    }
}
