namespace Strongroom;

/// <summary>What a service's code holds: the one way to its secrets. Thread-safe; one for each process.</summary>
/// <remarks>
/// Whoever uses a credential says how it was received by <see cref="ICredentialReports"/>; whoever looks after the stored
/// versions holds an <see cref="ISecretVersions"/>. The same object implements all three, and a host hands each out.
/// </remarks>
public interface ISecretManager
{
    /// <summary>Reads a secret: from memory while it is valid (no allocation, no I/O), else from the backend.</summary>
    /// <exception cref="SecretRefusedException">The declaration does not name it, or the guardrail forbids it.</exception>
    /// <exception cref="SecretNotFoundException">Missing, deleted, or no such field.</exception>
    /// <exception cref="SecretAccessDeniedException">The backend refuses.</exception>
    /// <exception cref="SecretUnavailableException">The backend cannot answer and no valid value is in memory.</exception>
    /// <exception cref="SecretAuditFailedException">The access could not be recorded.</exception>
    ValueTask<Secret> GetAsync(SecretName name, CancellationToken ct = default);

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

    /// <summary>How each bundle stands now.</summary>
    SecretManagerState State { get; }
}
