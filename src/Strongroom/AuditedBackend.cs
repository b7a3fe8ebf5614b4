using Microsoft.Extensions.Logging;
using Strongroom.Audit;
using Strongroom.Backends;
using Strongroom.Bundles;
using Strongroom.Journaling;

namespace Strongroom;

/// <summary>
/// A backend whose every use is recorded in the audit: reads, changes, and queries about the login, the clock and the policy.
/// The wrapped backend is never exposed.
/// </summary>
/// <remarks>Created by <see cref="AuditedBackendBuilder"/>.</remarks>
public sealed class AuditedBackend : IRotatingBackend, IAsyncDisposable
{
    private readonly IRotatingBackend _layers;
    private readonly ISecretBackend _wrapped;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private bool _isShipped;

    internal AuditedBackend(
        IRotatingBackend layers,
        ISecretBackend wrapped,
        ProcessIdentity identity,
        AuditTrail trail,
        JournalFolder folder,
        TimeProvider time,
        ILogger logger
    )
    {
        _layers = layers;
        _wrapped = wrapped;
        _time = time;
        _logger = logger;
        Identity = identity;
        Trail = trail;
        Folder = folder;
    }

    /// <inheritdoc/>
    public string Name => _layers.Name;

    /// <inheritdoc/>
    public BackendCapabilities Capabilities => _layers.Capabilities;

    /// <inheritdoc cref="IBackendHealth.Problem"/>
    public string? Problem => (_wrapped as IBackendHealth)?.Problem;

    /// <summary>Whether the backend authenticates its callers. If not, <see cref="WhoAmIAsync"/> returns null.</summary>
    public bool AuthenticatesCallers => _wrapped is IBackendIdentity;

    /// <summary>This run of the process, as recorded in the audit.</summary>
    public InstanceRow Instance => Trail.Journal.Owner;

    /// <summary>The journal folder. Services on this machine also keep their trips there.</summary>
    public string JournalFolder => Folder.Path;

    internal ProcessIdentity Identity { get; }

    internal AuditTrail Trail { get; }

    internal JournalFolder Folder { get; }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SecretReadResult>> ReadAsync(IReadOnlyList<SecretRequest> requests, CancellationToken ct) =>
        _layers.ReadAsync(requests, ct);

    /// <inheritdoc/>
    public ValueTask<SecretWriteResult> WriteAsync(SecretWrite write, CancellationToken ct) => _layers.WriteAsync(write, ct);

    /// <inheritdoc/>
    public IAsyncEnumerable<SecretName> ListAsync(string? prefix, CancellationToken ct) => _layers.ListAsync(prefix, ct);

    /// <inheritdoc/>
    public IAsyncEnumerable<SecretVersionInfo> HistoryAsync(SecretLocation location, CancellationToken ct) =>
        _layers.HistoryAsync(location, ct);

    /// <inheritdoc/>
    public ValueTask<SecretWriteResult> DeleteAsync(SecretLocation location, CancellationToken ct) =>
        _layers.DeleteAsync(location, ct);

    /// <inheritdoc/>
    public ValueTask<SecretWriteResult> RestoreAsync(SecretLocation location, SecretVersion? version, CancellationToken ct) =>
        _layers.RestoreAsync(location, version, ct);

    /// <inheritdoc/>
    public ValueTask<SecretWriteResult> PromoteAsync(
        SecretLocation location,
        SecretVersion pending,
        SecretVersion? expected,
        CancellationToken ct
    ) => _layers.PromoteAsync(location, pending, expected, ct);

    /// <inheritdoc/>
    public ValueTask<PendingVersion?> FindPendingAsync(SecretLocation location, CancellationToken ct) =>
        _layers.FindPendingAsync(location, ct);

    /// <inheritdoc/>
    public ValueTask<SecretWriteResult> DiscardAsync(SecretLocation location, SecretVersion pending, CancellationToken ct) =>
        _layers.DiscardAsync(location, pending, ct);

    /// <inheritdoc/>
    public ValueTask<SecretWriteResult> MakeCurrentAsync(
        SecretLocation location,
        SecretVersion version,
        SecretVersion expected,
        CancellationToken ct
    ) => _layers.MakeCurrentAsync(location, version, expected, ct);

    /// <inheritdoc/>
    public ValueTask<SecretWriteResult> KeepAsync(SecretLocation location, SecretVersion version, CancellationToken ct) =>
        _layers.KeepAsync(location, version, ct);

    /// <inheritdoc/>
    public ValueTask<SecretWriteResult> DestroyAsync(SecretLocation location, SecretVersion version, CancellationToken ct) =>
        _layers.DestroyAsync(location, version, ct);

    /// <inheritdoc/>
    public ValueTask<bool> NoteRotationAsync(SecretLocation location, DateTimeOffset at, CancellationToken ct) =>
        _layers.NoteRotationAsync(location, at, ct);

    /// <inheritdoc cref="IBackendIdentity.WhoAmIAsync"/>
    public ValueTask<string?> WhoAmIAsync(CancellationToken ct) =>
        AskAsync<IBackendIdentity, string?>("(login)", one => one.WhoAmIAsync(ct));

    /// <inheritdoc cref="IBackendClock.GetTimeAsync"/>
    public ValueTask<DateTimeOffset?> GetTimeAsync(CancellationToken ct) =>
        AskAsync<IBackendClock, DateTimeOffset?>("(clock)", one => one.GetTimeAsync(ct));

    /// <inheritdoc cref="IBackendPolicyCheck.CheckPolicyAsync"/>
    /// <returns>Null if the backend cannot report permissions.</returns>
    public ValueTask<PolicyReport?> CheckPolicyAsync(
        SecretDeclaration declaration,
        IReadOnlyList<SecretDeclaration> others,
        CancellationToken ct
    ) =>
        AskAsync<IBackendPolicyCheck, PolicyReport?>("(policy)", async one =>
            await one.CheckPolicyAsync(declaration, others, ct).ConfigureAwait(false)
        );

    /// <summary>
    /// Reads one secret from the backend, bypassing any cache: the given version, or the current one if null. The caller disposes
    /// the value.
    /// </summary>
    /// <exception cref="SecretException">The secret cannot be read, or the read cannot be recorded.</exception>
    public async ValueTask<Secret> GetAsync(SecretLocation location, SecretVersion? version, CancellationToken ct) =>
        await GetAsync(location.Name.Path, location, version, ct).ConfigureAwait(false);

    internal async ValueTask<Secret> GetAsync(
        string bundle,
        SecretLocation location,
        SecretVersion? version,
        CancellationToken ct
    )
    {
        var request = new SecretRequest(bundle, [location], ReadPurpose.Get) { Version = version };
        var answer = (await _layers.ReadAsync([request], ct).ConfigureAwait(false))[0];
        var outcome = answer.Succeeded ? AccessOutcome.Success : AuditTrail.OutcomeOf(answer.Error);
        var record = Trail.About(AccessOperation.Get, outcome, location.Name) with
        {
            Source = answer.Succeeded ? AccessSource.Backend : AccessSource.None,
            Version = version?.Id ?? answer.Version.Id,
            Error = answer.Error?.Code,
        };
        if (!answer.Succeeded)
        {
            Trail.RecordFailure(record);
            throw answer.Error;
        }
        try
        {
            // A value is never returned without its audit record.
            Trail.Require(record);
        }
        catch (SecretAuditFailedException)
        {
            answer.Values[0].Dispose();
            throw;
        }
        return new Secret(
            location.Name,
            answer.Values[0],
            answer.Version,
            answer.CreatedAt,
            bundle,
            VersionIdentity.Of(answer, Capabilities)
        );
    }

    /// <summary>Reads several secrets sequentially. The caller disposes their values.</summary>
    /// <exception cref="SecretException">A secret cannot be read; the values read before it are zeroed.</exception>
    public async ValueTask<SecretSet> GetAsync(IReadOnlyList<SecretLocation> locations, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(locations);
        var asked = new ElapsedClock(_time).Now;
        var secrets = new List<Secret>(locations.Count);
        try
        {
            foreach (var location in locations)
                secrets.Add(await GetAsync(location, version: null, ct).ConfigureAwait(false));
        }
        catch
        {
            secrets.ForEach(secret => secret.Value.Dispose());
            throw;
        }
        return new SecretSet([.. secrets], [.. secrets.Select(_ => asked)]);
    }

    /// <summary>The location of a secret that is stored under its own name, below the namespace.</summary>
    public SecretLocation Locate(SecretName name) => new(name, SecretName.ParseLocation(Identity.Namespace + name));

    /// <summary>Writes one value, after checking it against the backend's size limits.</summary>
    /// <exception cref="SecretException">The value was not written, or the outcome is unknown.</exception>
    public async ValueTask<SecretVersion> SetAsync(
        SecretLocation location,
        SecretValue value,
        SetCondition condition,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.ByteCount == 0 || value.ByteCount > Capabilities.MaxValueBytes)
        {
            throw new SecretWriteException(
                SecretErrorCode.WriteFailed,
                $"The value for '{location.Name}' has {value.ByteCount} bytes; "
                    + $"the {Name} backend takes 1 to {Capabilities.MaxValueBytes}.",
                location.Name,
                Name
            );
        }
        return (await _layers.WriteAsync(new SecretWrite(location, value, condition), ct).ConfigureAwait(false)).Version;
    }

    /// <summary>
    /// Runs <paramref name="clear"/> to clear a trip. The intent is recorded first, so that the audit has exactly one row with
    /// the outcome even if the process dies.
    /// </summary>
    /// <exception cref="SecretAuditFailedException">The intent cannot be recorded; the trip was not cleared.</exception>
    public async Task ClearTripAsync(Breaker.TripRecord trip, Func<Task> clear)
    {
        ArgumentNullException.ThrowIfNull(trip);
        ArgumentNullException.ThrowIfNull(clear);
        using var intent = Trail.Intend(About(AccessOutcome.Unknown));
        try
        {
            await clear().ConfigureAwait(false);
            intent.Succeed();
        }
        catch (SecretException e)
        {
            intent.Complete(About(AuditTrail.OutcomeOfChange(e)) with { Error = e.Code });
            throw;
        }

        JournalRecord About(AccessOutcome outcome) =>
            Trail.Journal.About(AccessOperation.Clear, outcome) with
            {
                Name = trip.Bundle,
                Version = trip.Version,
                RequestId = trip.Id.ToString(),
            };
    }

    /// <summary>Sets who acts, once the backend has identified the caller. Rows shipped from now on carry it.</summary>
    public void SetActor(string actor) => Trail.Journal.Name(actor);

    /// <summary>
    /// Closes the journal and ships its rows, together with those of processes that died before shipping theirs. The backend
    /// cannot be used afterwards.
    /// </summary>
    public async ValueTask<AuditShipment> ShipAsync(IAuditStore store, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(store);
        _isShipped = true;
        using var drainer = new JournalDrainer(Trail.Journal, Folder, store, _time, _logger);
        await drainer.FinishAsync(ct).ConfigureAwait(false);
        return new AuditShipment(drainer.FailingSince is null && !ct.IsCancellationRequested, drainer.Adopted);
    }

    /// <summary>Closes the journal and disposes the wrapped backend, which may revoke its login.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isShipped)
            Trail.Journal.Close(AccessOutcome.Success);
        Trail.Journal.Dispose();
        await DisposeWrappedAsync().ConfigureAwait(false);
    }

    /// <summary>Used by a runtime that closes the journal itself.</summary>
    internal async ValueTask DisposeWrappedAsync()
    {
        if (_wrapped is IAsyncDisposable ends)
            await ends.DisposeAsync().ConfigureAwait(false);
        else if (_wrapped is IDisposable closes)
            closes.Dispose();
    }

    /// <summary>
    /// Queries an optional capability of the wrapped backend, with an audit record. Null if the backend does not have it.
    /// </summary>
    private async ValueTask<TAnswer?> AskAsync<TQuestion, TAnswer>(string about, Func<TQuestion, ValueTask<TAnswer>> ask)
        where TQuestion : class
    {
        if (_wrapped is not TQuestion able)
            return default;
        using var intent = Trail.Intend(About(AccessOutcome.Unknown));
        try
        {
            var answer = await ask(able).ConfigureAwait(false);
            intent.Complete(About(AccessOutcome.Success) with { Source = AccessSource.Backend });
            return answer;
        }
        catch (SecretException e)
        {
            intent.Fail(About(AuditTrail.OutcomeOf(e)) with { Error = e.Code });
            throw;
        }

        JournalRecord About(AccessOutcome outcome) => Trail.Journal.About(AccessOperation.Probe, outcome) with { Name = about };
    }
}

/// <summary>The result of shipping the audit.</summary>
/// <param name="IsComplete">False if rows remain in the journal for the next process to ship.</param>
/// <param name="AdoptedJournals">The number of journals of terminated processes that were shipped as well.</param>
public readonly record struct AuditShipment(bool IsComplete, int AdoptedJournals);
