namespace Strongroom.Backends;

/// <summary>
/// Where secrets live. One call answers a batch, and each request has its own answer: one that fails says nothing of the others.
/// </summary>
/// <remarks>
/// The expected failures are answers with an error, not exceptions; whatever is thrown (cancellation aside) counts as
/// unreachable. A backend sends and maps; it neither retries, nor caches, nor logs values: the layers around it do what they are
/// named for.
/// </remarks>
public interface ISecretBackend
{
    /// <summary>The name that <c>SECRET_BACKEND</c> picks it by: <c>env</c>, <c>vault</c>, <c>aws</c>.</summary>
    string Name { get; }

    /// <summary>What it can do.</summary>
    BackendCapabilities Capabilities { get; }

    /// <summary>
    /// Answers each request, in the same order. A batch holds at most <see cref="BackendCapabilities.BatchSize"/>.
    /// </summary>
    ValueTask<IReadOnlyList<SecretReadResult>> ReadAsync(IReadOnlyList<SecretRequest> requests, CancellationToken ct);

    /// <summary>Writes one value with check-and-set.</summary>
    /// <exception cref="SecretException">The write did not happen.</exception>
    ValueTask<SecretWriteResult> WriteAsync(SecretWrite write, CancellationToken ct);

    /// <summary>Lists names below a prefix, without the namespace, recursively and bounded.</summary>
    IAsyncEnumerable<SecretName> ListAsync(string? prefix, CancellationToken ct);

    /// <summary>Lists the versions of one secret, newest first.</summary>
    /// <exception cref="SecretRefusedException">The backend keeps none.</exception>
    IAsyncEnumerable<SecretVersionInfo> HistoryAsync(SecretLocation place, CancellationToken ct);

    /// <summary>Deletes a secret, restorably where it can.</summary>
    ValueTask<SecretWriteResult> DeleteAsync(SecretLocation place, CancellationToken ct);

    /// <summary>Brings back a deleted secret (no version), or makes an older version current.</summary>
    ValueTask<SecretWriteResult> RestoreAsync(SecretLocation place, SecretVersion? version, CancellationToken ct);

    /// <summary>Makes a pending version current, in one step, where <paramref name="expected"/> still is.</summary>
    ValueTask<SecretWriteResult> PromoteAsync(
        SecretLocation place,
        SecretVersion pending,
        SecretVersion? expected,
        CancellationToken ct
    );
}
