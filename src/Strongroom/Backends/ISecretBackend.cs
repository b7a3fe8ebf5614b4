namespace Strongroom.Backends;

/// <summary>
/// Where secrets live. One call answers a batch, and each request has its own answer: one that fails says nothing of the
/// others.
/// </summary>
/// <remarks>
/// The expected failures are answers with an error, not exceptions; whatever is thrown (cancellation aside) counts as
/// unreachable.
/// A backend sends and maps; it neither retries, nor caches, nor logs values: the layers around it do what they are named for.
/// </remarks>
public interface ISecretBackend
{
    /// <summary>The value of <c>SECRET_BACKEND</c> that picks it, in lower case, such as <c>vault</c>; its name in errors and
    /// audit rows.</summary>
    string Name { get; }

    /// <summary>What it can do.</summary>
    BackendCapabilities Capabilities { get; }

    /// <summary>Reads a batch. An expected failure is an answer with an error and says nothing about the others.</summary>
    /// <param name="requests">1 to <see cref="BackendCapabilities.BatchSize"/> requests.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>One answer for each request, in the order of the requests. The caller owns the values and disposes
    /// them.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> was cancelled.</exception>
    ValueTask<IReadOnlyList<SecretReadResult>> ReadAsync(IReadOnlyList<SecretRequest> requests, CancellationToken ct);

    /// <summary>Writes one value in one step with its condition. Other fields of the same secret keep their values.</summary>
    /// <param name="write">The value, which stays the caller's, and what must hold.</param>
    /// <param name="ct">Gives up; the write may have happened.</param>
    /// <returns>The version that was made.</returns>
    /// <exception cref="SecretWriteException">It was not written: the condition does not hold
    /// (<see cref="SecretErrorCode.Conflict"/>), or the backend refused it
    /// (<see cref="SecretErrorCode.WriteFailed"/>).</exception>
    /// <exception cref="SecretRefusedException">A pending value, which the backend cannot store
    /// (<see cref="SecretErrorCode.Unsupported"/>).</exception>
    /// <exception cref="SecretException">The backend denies it, or cannot be reached.</exception>
    ValueTask<SecretWriteResult> WriteAsync(SecretWrite write, CancellationToken ct);

    /// <summary>Lists the names of secrets that can be read, without fields, values or pending ones, in no particular
    /// order.</summary>
    /// <param name="prefix">A folder such as <c>alpaca</c>, which gives what is below it at every depth; null for everything.
    /// Neither the prefix nor the names hold the namespace.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="SecretException">The backend denies it, cannot be reached, or holds more than it lists
    /// (<see cref="SecretErrorCode.Unsupported"/>, after the names that were found).</exception>
    IAsyncEnumerable<SecretName> ListAsync(string? prefix, CancellationToken ct);

    /// <summary>Lists the versions of one secret, newest first.</summary>
    /// <exception cref="SecretNotFoundException">There is no such secret (<see cref="SecretErrorCode.Missing"/>).</exception>
    /// <exception cref="SecretRefusedException">The backend keeps no versions
    /// (<see cref="SecretErrorCode.Unsupported"/>).</exception>
    /// <exception cref="SecretException">The backend denies it, or cannot be reached.</exception>
    IAsyncEnumerable<SecretVersionInfo> HistoryAsync(SecretLocation place, CancellationToken ct);

    /// <summary>Deletes a whole secret with all its fields; it can be restored where <see cref="BackendCapabilities.Restore"/>
    /// says so.</summary>
    /// <exception cref="SecretNotFoundException">There is no such secret (<see cref="SecretErrorCode.Missing"/>).</exception>
    /// <exception cref="SecretException">The backend denies it, or cannot be reached.</exception>
    ValueTask<SecretWriteResult> DeleteAsync(SecretLocation place, CancellationToken ct);

    /// <summary>Restores a deleted secret, or makes a copy of an older version current.</summary>
    /// <param name="place">The secret.</param>
    /// <param name="version">The older version; null for a deleted secret's last one.</param>
    /// <param name="ct">Gives up; it may have happened.</param>
    /// <exception cref="SecretNotFoundException">There is no such secret (<see cref="SecretErrorCode.Missing"/>) or no such
    /// version
    /// (<see cref="SecretErrorCode.VersionGone"/>).</exception>
    /// <exception cref="SecretRefusedException">The backend restores none
    /// (<see cref="SecretErrorCode.Unsupported"/>).</exception>
    /// <exception cref="SecretException">The backend denies it, or cannot be reached.</exception>
    ValueTask<SecretWriteResult> RestoreAsync(SecretLocation place, SecretVersion? version, CancellationToken ct);

    /// <summary>Makes a pending version current in one step; the current one becomes the previous.</summary>
    /// <param name="place">The secret.</param>
    /// <param name="pending">The version that a pending write gave.</param>
    /// <param name="expected">The version that must still be current; null where any may be.</param>
    /// <param name="ct">Gives up; it may have happened.</param>
    /// <exception cref="SecretWriteException">Another version is current (<see cref="SecretErrorCode.Conflict"/>).</exception>
    /// <exception cref="SecretNotFoundException">There is no such pending version.</exception>
    /// <exception cref="SecretRefusedException">The backend stores no pending values
    /// (<see cref="SecretErrorCode.Unsupported"/>).</exception>
    /// <exception cref="SecretException">The backend denies it, or cannot be reached.</exception>
    ValueTask<SecretWriteResult> PromoteAsync(
        SecretLocation place,
        SecretVersion pending,
        SecretVersion? expected,
        CancellationToken ct
    );
}
