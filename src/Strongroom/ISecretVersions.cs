namespace Strongroom;

/// <summary>The stored versions of a secret, past the cache: for who looks after secrets, not for who uses them.</summary>
public interface ISecretVersions
{
    /// <summary>Reads one version from the backend, past the cache. The caller owns the value and disposes it.</summary>
    /// <exception cref="SecretException">As for the plain read.</exception>
    ValueTask<Secret> GetAsync(SecretName name, SecretVersion version, CancellationToken ct = default);

    /// <summary>Lists the versions, newest first.</summary>
    IAsyncEnumerable<SecretVersionInfo> HistoryAsync(SecretName name, CancellationToken ct = default);

    /// <summary>Deletes the secret, restorably where the backend can.</summary>
    ValueTask DeleteAsync(SecretName name, CancellationToken ct = default);

    /// <summary>Brings a deleted secret back, or makes an older version current again.</summary>
    ValueTask<SecretVersion> RestoreAsync(SecretName name, SecretVersion? version = null, CancellationToken ct = default);
}
