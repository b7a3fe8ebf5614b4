namespace Strongroom;

/// <summary>Refreshes all bundles from the backend on demand. The background refresh does the same periodically.</summary>
public interface ISecretRefresher
{
    /// <summary>
    /// Fetches every bundle and returns when each fetch has succeeded or failed. <see cref="ISecretManager.State"/> holds the
    /// outcome.
    /// </summary>
    ValueTask RefreshAsync(CancellationToken ct = default);
}
