namespace Strongroom;

/// <summary>What a service holds: the one way to its secrets. Thread-safe; one for each process.</summary>
public interface ISecretManager
{
    /// <summary>Reads a secret: from memory while it is valid (no allocation, no I/O), else from the backend.</summary>
    /// <exception cref="SecretRefusedException">The declaration does not name it, or the guardrail forbids it.</exception>
    /// <exception cref="SecretNotFoundException">Missing, deleted, or no such field.</exception>
    /// <exception cref="SecretAccessDeniedException">The backend refuses.</exception>
    /// <exception cref="SecretUnavailableException">The backend cannot answer and no valid value is in memory.</exception>
    /// <exception cref="SecretAuditFailedException">The access could not be recorded.</exception>
    ValueTask<Secret> GetAsync(SecretName name, CancellationToken ct = default);

    /// <summary>Reads one version from the backend, past the cache. The caller owns the value and disposes it.</summary>
    /// <exception cref="SecretException">As for the plain read.</exception>
    ValueTask<Secret> GetAsync(SecretName name, SecretVersion version, CancellationToken ct = default);

    /// <summary>Reads several secrets; those of one bundle are of one version.</summary>
    /// <exception cref="SecretException">As for a single one; the first failure wins.</exception>
    ValueTask<SecretSet> GetAsync(IReadOnlyList<SecretName> names, CancellationToken ct = default);

    /// <summary>
    /// Lists names below a prefix, as the backend knows them. Names that cannot be secret names are skipped and counted.
    /// </summary>
    IAsyncEnumerable<SecretName> ListAsync(string? prefix = null, CancellationToken ct = default);

    /// <summary>Writes a value and gives the new version. <c>name#field</c> keeps the other fields.</summary>
    /// <exception cref="SecretWriteException">The condition does not hold, or the backend failed to write.</exception>
    /// <exception cref="SecretRefusedException">The declaration does not allow writing.</exception>
    ValueTask<SecretVersion> SetAsync(
        SecretName name,
        SecretValue value,
        SetCondition condition = default,
        CancellationToken ct = default
    );

    /// <summary>Lists the versions, newest first.</summary>
    IAsyncEnumerable<SecretVersionInfo> HistoryAsync(SecretName name, CancellationToken ct = default);

    /// <summary>Deletes the secret, restorably where the backend can.</summary>
    ValueTask DeleteAsync(SecretName name, CancellationToken ct = default);

    /// <summary>Brings a deleted secret back, or makes an older version current again.</summary>
    ValueTask<SecretVersion> RestoreAsync(SecretName name, SecretVersion? version = null, CancellationToken ct = default);

    /// <summary>
    /// Says that the counterparty accepted these secrets: the proof that a rotation has arrived. Allocates nothing.
    /// </summary>
    void ReportAccepted(SecretSet used);

    /// <summary>
    /// Says that the counterparty rejected these secrets in its own form. All reports of one version share one forced read.
    /// </summary>
    ValueTask<RejectionOutcome> ReportRejectedAsync(SecretSet used, CancellationToken ct = default);

    /// <summary>
    /// Says that an answer of the counterparty may mean that it rejected these secrets, and may mean something else. It begins
    /// the same forced read; only that and the bundle's probe decide, never a second suspicion.
    /// </summary>
    ValueTask<RejectionOutcome> ReportSuspectedAsync(SecretSet used, CancellationToken ct = default) =>
        ReportRejectedAsync(used, ct);

    /// <summary>How each bundle stands now.</summary>
    SecretManagerState State { get; }
}
