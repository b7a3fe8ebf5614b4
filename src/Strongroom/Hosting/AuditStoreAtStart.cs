using Microsoft.Extensions.Logging;
using Strongroom.Audit;

namespace Strongroom.Hosting;

/// <summary>Checks the audit store at start, or for <c>--check</c>.</summary>
internal static class AuditStoreAtStart
{
    /// <summary>
    /// An unavailable store does not prevent a start, since the journal keeps the rows. A schema that does not match does.
    /// </summary>
    /// <returns>Why the rows remain in the journal; null if the store accepts them.</returns>
    internal static async ValueTask<SecretException?> PrepareAsync(IAuditStore store, ILogger logger, CancellationToken ct)
    {
        try
        {
            await store.PrepareAsync(ct).ConfigureAwait(false);
            return null;
        }
        catch (SecretException e) when (e is SecretUnavailableException or SecretAccessDeniedException)
        {
            Log.ShippingFailed(logger, e.Code.ToString());
            return e;
        }
    }
}
