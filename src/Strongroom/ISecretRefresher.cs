namespace Strongroom;

/// <summary>Makes a process ask its backend for every bundle now, as the background refresh does by itself.</summary>
public interface ISecretRefresher
{
    /// <summary>Asks for every bundle, and returns when each was answered or failed; how each stands is in
    /// <see cref="ISecretManager.State"/>.</summary>
    ValueTask RefreshAsync(CancellationToken ct = default);
}
