namespace Strongroom.Backends;

/// <summary>
/// A backend whose values can be replaced in steps: a pending value is written out of readers' sight (<see
/// cref="SecretWrite.Stage"/>), promoted once the counterparty accepts it, and discarded once the promotion is on record.
/// </summary>
/// <remarks>
/// Each step can be repeated after a crash or a lost response: if its effect is already there, it succeeds and changes nothing.
/// A step that names a version never affects another one. <see cref="BackendCapabilities.Pending"/> is true for these backends.
/// </remarks>
public interface IRotatingBackend : ISecretBackend
{
    /// <summary>Finds the pending value, promoted or not, until it is discarded. Its value is not returned.</summary>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="SecretException">The backend denies access or cannot be reached.</exception>
    ValueTask<PendingVersion?> FindPendingAsync(SecretLocation location, CancellationToken ct);

    /// <summary>Makes a pending version current atomically; the current one becomes the previous one.</summary>
    /// <param name="location">The secret.</param>
    /// <param name="pending">The version returned by the pending write.</param>
    /// <param name="expected">The version that must still be current; null for any.</param>
    /// <param name="ct">Cancels the operation; it may already have taken effect.</param>
    /// <returns>The version that is now current. The pending value stays until it is discarded.</returns>
    /// <exception cref="SecretWriteException">Another version is current, or the pending version does not exist or was replaced
    /// (<see cref="SecretErrorCode.Conflict"/>).</exception>
    /// <exception cref="SecretException">The backend denies access or cannot be reached.</exception>
    ValueTask<SecretWriteResult> PromoteAsync(
        SecretLocation location,
        SecretVersion pending,
        SecretVersion? expected,
        CancellationToken ct
    );

    /// <summary>Removes the pending value. If it was promoted, the current value remains.</summary>
    /// <param name="location">The secret.</param>
    /// <param name="pending">The version returned by the pending write.</param>
    /// <param name="ct">Cancels the operation; it may already have taken effect.</param>
    /// <exception cref="SecretWriteException">Another pending value exists, which is kept (<see
    /// cref="SecretErrorCode.Conflict"/>).</exception>
    /// <exception cref="SecretException">The backend denies access or cannot be reached.</exception>
    ValueTask<SecretWriteResult> DiscardAsync(SecretLocation location, SecretVersion pending, CancellationToken ct);

    /// <summary>Makes an older version current, if the expected one still is.</summary>
    /// <param name="location">The secret.</param>
    /// <param name="version">The older version.</param>
    /// <param name="expected">The version that must still be current.</param>
    /// <param name="ct">Cancels the operation; it may already have taken effect.</param>
    /// <returns>The version that is now current: <paramref name="version"/>, or a copy of it with a number of its own.</returns>
    /// <exception cref="SecretWriteException">Another version is current (<see cref="SecretErrorCode.Conflict"/>).</exception>
    /// <exception cref="SecretNotFoundException">The older version does not exist (<see
    /// cref="SecretErrorCode.VersionGone"/>).</exception>
    /// <exception cref="SecretException">The backend denies access or cannot be reached.</exception>
    ValueTask<SecretWriteResult> MakeCurrentAsync(
        SecretLocation location,
        SecretVersion version,
        SecretVersion expected,
        CancellationToken ct
    );

    /// <summary>
    /// Ensures that newer versions do not displace this one until it is destroyed, by marking it or by checking the limits of the
    /// secret.
    /// </summary>
    /// <exception cref="SecretWriteException">The backend's settings would remove the version soon (<see
    /// cref="SecretErrorCode.WriteFailed"/>).</exception>
    /// <exception cref="SecretNotFoundException">The version does not exist.</exception>
    /// <exception cref="SecretException">The backend denies access or cannot be reached.</exception>
    ValueTask<SecretWriteResult> KeepAsync(SecretLocation location, SecretVersion version, CancellationToken ct);

    /// <summary>Destroys a version, or removes everything that keeps the backend from doing so.</summary>
    /// <exception cref="SecretWriteException">The version is current (<see cref="SecretErrorCode.WriteFailed"/>).</exception>
    /// <exception cref="SecretException">The backend denies access or cannot be reached.</exception>
    ValueTask<SecretWriteResult> DestroyAsync(SecretLocation location, SecretVersion version, CancellationToken ct);

    /// <summary>Notes the time of the last rotation with the secret, for people who look at it there.</summary>
    /// <returns>False if the backend keeps no notes.</returns>
    /// <exception cref="SecretException">The backend denies access or cannot be reached.</exception>
    ValueTask<bool> NoteRotationAsync(SecretLocation location, DateTimeOffset at, CancellationToken ct);
}

/// <summary>A pending value, without the value.</summary>
/// <param name="Version">The version to promote or discard.</param>
/// <param name="Operation">The <see cref="SecretWrite.IdempotencyKey"/> that it was written with; null if none, or if another
/// program wrote it.</param>
/// <param name="IsPromoted">Whether it is the current value already.</param>
public sealed record PendingVersion(SecretVersion Version, string? Operation, bool IsPromoted);
