using Microsoft.Extensions.Logging;
using Strongroom.Audit;
using Strongroom.Backends;
using Strongroom.Journaling;

namespace Strongroom.Operators;

/// <summary>
/// A composed operator's manager with what must end in order: rows go to the store, values are zeroed, a login is given back.
/// </summary>
internal sealed class OperatorRuntime(
    OperatorManager manager,
    ProcessIdentity identity,
    AuditTrail trail,
    JournalFolder folder,
    ISecretBackend backend,
    TimeProvider time,
    ILogger logger
) : IAsyncDisposable
{
    private bool _isDrained;

    internal ISecretManager Manager => manager;

    internal ISecretVersions Versions => manager;

    internal ProcessIdentity Identity => identity;

    internal AuditTrail Trail => trail;

    internal JournalFolder Folder => folder;

    /// <summary>
    /// The backend itself, past audit and resilience: for what it is besides, such as <see cref="IBackendHealth"/>.
    /// </summary>
    internal ISecretBackend Backend => backend;

    /// <summary>How many journals of earlier commands were brought along.</summary>
    internal int Adopted { get; private set; }

    /// <summary>
    /// Ships every row, those of earlier commands that died too. False: they wait in the journal for the next command.
    /// </summary>
    internal async ValueTask<bool> DrainAsync(IAuditStore store, CancellationToken ct)
    {
        _isDrained = true;
        using var drainer = new JournalDrainer(trail.Journal, folder, store, time, logger);
        await drainer.FinishAsync(ct).ConfigureAwait(false);
        Adopted = drainer.Adopted;
        return drainer.FailingSince is null && !ct.IsCancellationRequested;
    }

    public async ValueTask DisposeAsync()
    {
        manager.Dispose();
        if (!_isDrained)
            trail.Journal.Close(AccessOutcome.Success);
        trail.Journal.Dispose();
        if (backend is IAsyncDisposable ends)
            await ends.DisposeAsync().ConfigureAwait(false);
        else if (backend is IDisposable closes)
            closes.Dispose();
    }
}
