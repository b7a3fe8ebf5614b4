using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Strongroom.Audit;
using Strongroom.Journaling;

namespace Strongroom.Hosting;

/// <summary>Resolves and checks the audit store at start, or for <c>--check</c>.</summary>
internal static class AuditStoreAtStart
{
    /// <summary>
    /// The registered store, or the log if none is registered. A registered one that cannot be created is an exception: the log
    /// never takes its rows.
    /// </summary>
    internal static IAuditStore Resolve(IServiceProvider services, ILogger logger) =>
        services.GetService<IAuditStore>() ?? new LogAuditStore(logger);

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
            Log.ShippingFailed(logger, e);
            return e;
        }
    }
}
