namespace Strongroom;

/// <summary>
/// Manages the stored versions of a secret, bypassing the cache. Intended for administration, not for code that uses secrets.
/// </summary>
public interface ISecretVersions
{
    /// <summary>Reads one version from the backend. The caller owns the value and disposes it.</summary>
    /// <exception cref="SecretException">As for <see cref="ISecretManager.GetAsync(SecretName,
    /// CancellationToken)"/>.</exception>
    ValueTask<Secret> GetAsync(SecretName name, SecretVersion version, CancellationToken ct = default);

    /// <summary>Lists the versions, newest first.</summary>
    IAsyncEnumerable<SecretVersionInfo> HistoryAsync(SecretName name, CancellationToken ct = default);

    /// <summary>Deletes the secret; it can be restored if the backend supports that.</summary>
    ValueTask DeleteAsync(SecretName name, CancellationToken ct = default);

    /// <summary>Restores a deleted secret, or makes an older version current again.</summary>
    ValueTask<SecretVersion> RestoreAsync(SecretName name, SecretVersion? version = null, CancellationToken ct = default);
}
