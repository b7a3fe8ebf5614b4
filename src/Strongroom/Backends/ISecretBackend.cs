namespace Strongroom.Backends;

/// <summary>
/// Stores secrets. A call may carry a batch of requests, each of which has a result of its own: the failure of one says nothing
/// about the others.
/// </summary>
/// <remarks>
/// Expected failures of a read are results with an error, not exceptions; any exception other than cancellation counts as <see
/// cref="SecretErrorCode.Unreachable"/>. A backend only sends requests and maps responses: it does not retry, cache or log
/// values, since the layers around it do.
/// </remarks>
public interface ISecretBackend
{
    /// <summary>
    /// The value of <c>SECRET_BACKEND</c> that selects the backend, in lower case, such as <c>vault</c>. Also its name in errors
    /// and audit rows.
    /// </summary>
    string Name { get; }

    /// <summary>The backend's capabilities.</summary>
    BackendCapabilities Capabilities { get; }

    /// <summary>
    /// Reads a batch. An expected failure is a result with an error and says nothing about the other requests.
    /// </summary>
    /// <param name="requests">1 to <see cref="BackendCapabilities.BatchSize"/> requests.</param>
    /// <param name="ct">Cancels the operation.</param>
    /// <returns>One result for each request, in the order of the requests. The caller owns the values and disposes
    /// them.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> was cancelled.</exception>
    ValueTask<IReadOnlyList<SecretReadResult>> ReadAsync(IReadOnlyList<SecretRequest> requests, CancellationToken ct);

    /// <summary>Writes one value atomically with its precondition. Other fields of the same secret keep their values.</summary>
    /// <param name="write">The value, which the caller still owns, and the precondition.</param>
    /// <param name="ct">Cancels the operation; the write may already have happened.</param>
    /// <returns>The new version.</returns>
    /// <exception cref="SecretWriteException">The value was not written: the precondition does not hold (<see
    /// cref="SecretErrorCode.Conflict"/>), or the backend refused the write (<see
    /// cref="SecretErrorCode.WriteFailed"/>).</exception>
    /// <exception cref="SecretRefusedException">The value is to be stored as pending, which the backend does not support (<see
    /// cref="SecretErrorCode.Unsupported"/>).</exception>
    /// <exception cref="SecretException">The backend denies access or cannot be reached.</exception>
    ValueTask<SecretWriteResult> WriteAsync(SecretWrite write, CancellationToken ct);

    /// <summary>Lists the names of readable secrets, without fields, values and pending ones, in no particular order.</summary>
    /// <param name="prefix">A folder such as <c>alpaca</c>, to list everything below it at any depth; null for everything.
    /// Neither the prefix nor the names contain the namespace.</param>
    /// <param name="ct">Cancels the operation.</param>
    /// <exception cref="SecretException">The backend denies access, cannot be reached, or holds more than it can list (<see
    /// cref="SecretErrorCode.Unsupported"/>, after the names that were found).</exception>
    IAsyncEnumerable<SecretName> ListAsync(string? prefix, CancellationToken ct);

    /// <summary>Lists the versions of one secret, newest first.</summary>
    /// <exception cref="SecretNotFoundException">The secret does not exist (<see cref="SecretErrorCode.Missing"/>).</exception>
    /// <exception cref="SecretRefusedException">The backend keeps no older versions (<see
    /// cref="SecretErrorCode.Unsupported"/>).</exception>
    /// <exception cref="SecretException">The backend denies access or cannot be reached.</exception>
    IAsyncEnumerable<SecretVersionInfo> HistoryAsync(SecretLocation location, CancellationToken ct);

    /// <summary>
    /// Deletes a secret with all its fields. It can be restored if <see cref="BackendCapabilities.Restore"/> is true.
    /// </summary>
    /// <exception cref="SecretNotFoundException">The secret does not exist (<see cref="SecretErrorCode.Missing"/>).</exception>
    /// <exception cref="SecretException">The backend denies access or cannot be reached.</exception>
    ValueTask<SecretWriteResult> DeleteAsync(SecretLocation location, CancellationToken ct);

    /// <summary>Restores a deleted secret, or makes a copy of an older version current.</summary>
    /// <param name="location">The secret.</param>
    /// <param name="version">The older version; null for the last version of a deleted secret.</param>
    /// <param name="ct">Cancels the operation; it may already have taken effect.</param>
    /// <exception cref="SecretNotFoundException">The secret (<see cref="SecretErrorCode.Missing"/>) or the version (<see
    /// cref="SecretErrorCode.VersionGone"/>) does not exist.</exception>
    /// <exception cref="SecretRefusedException">The backend does not support it (<see
    /// cref="SecretErrorCode.Unsupported"/>).</exception>
    /// <exception cref="SecretException">The backend denies access or cannot be reached.</exception>
    ValueTask<SecretWriteResult> RestoreAsync(SecretLocation location, SecretVersion? version, CancellationToken ct);
}
