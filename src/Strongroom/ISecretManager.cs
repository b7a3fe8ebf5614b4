namespace Strongroom;

/// <summary>Gives a service's code access to its declared secrets. Thread-safe; one per process.</summary>
/// <remarks>
/// Code that uses credentials reports how they were received through <see cref="ICredentialReports"/>; code that manages stored
/// versions uses <see cref="ISecretVersions"/>. One object implements all three, and the host registers each.
/// </remarks>
public interface ISecretManager
{
    /// <summary>Reads a secret: from memory while it is valid (no allocation, no I/O), otherwise from the backend.</summary>
    /// <exception cref="SecretRefusedException">The declaration does not name the secret, or the guardrail forbids
    /// it.</exception>
    /// <exception cref="SecretNotFoundException">The secret is missing or deleted, or has no such field.</exception>
    /// <exception cref="SecretAccessDeniedException">The backend denies access.</exception>
    /// <exception cref="SecretUnavailableException">The backend does not respond and memory holds no valid value.</exception>
    /// <exception cref="SecretAuditFailedException">The access could not be recorded.</exception>
    ValueTask<Secret> GetAsync(SecretName name, CancellationToken ct = default);

    /// <summary>Reads several secrets. Those of one bundle have the same version.</summary>
    /// <exception cref="SecretException">As for a single secret; the first failure is thrown.</exception>
    ValueTask<SecretSet> GetAsync(IReadOnlyList<SecretName> names, CancellationToken ct = default);

    /// <summary>
    /// Lists the names below a prefix, as the backend knows them; for a service, only those that its declaration names.
    /// </summary>
    IAsyncEnumerable<SecretName> ListAsync(string? prefix = null, CancellationToken ct = default);

    /// <summary>Writes a value and returns its new version. <c>name#field</c> changes one field and keeps the others.</summary>
    /// <exception cref="SecretWriteException">The condition does not hold, or the backend failed to write.</exception>
    /// <exception cref="SecretRefusedException">The declaration does not allow writing.</exception>
    ValueTask<SecretVersion> SetAsync(
        SecretName name,
        SecretValue value,
        SetCondition condition = default,
        CancellationToken ct = default
    );

    /// <summary>The current state of each bundle.</summary>
    SecretManagerState State { get; }
}
