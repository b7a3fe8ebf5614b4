using Microsoft.Extensions.Logging;
using Strongroom.Audit;

namespace Strongroom.Hosting;

/// <summary>What a start, and <c>--check</c> in its place, asks of the audit's store.</summary>
internal static class AuditStoreAtStart
{
    /// <summary>
    /// A store that is away now is no reason not to start: the journal holds the rows. A schema of another program is one.
    /// </summary>
    /// <returns>Why the rows wait in the journal, or null where the store takes them.</returns>
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
