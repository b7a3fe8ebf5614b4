namespace Strongroom.Hosting;

/// <summary>Refreshes the composed manager without exposing its runtime.</summary>
internal sealed class CompositionRefresher(StrongroomComposition composition) : ISecretRefresher
{
    public async ValueTask RefreshAsync(CancellationToken ct) => await composition.Runtime.RefreshAsync(ct).ConfigureAwait(false);
}
