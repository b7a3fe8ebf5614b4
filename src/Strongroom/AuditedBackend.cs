using Microsoft.Extensions.Logging;
using Strongroom.Audit;
using Strongroom.Backends;
using Strongroom.Bundles;
using Strongroom.Journaling;

namespace Strongroom;

/// <summary>
/// A backend of which every use leaves a row in the audit: reads and changes, and questions about the login, the clock and the
/// policy. It holds the wrapped backend and does not give it out.
/// </summary>
/// <remarks><see cref="AuditedBackendBuilder"/> makes it and states the order of its layers.</remarks>
public sealed class AuditedBackend : ISecretBackend, IAsyncDisposable
{
    private readonly ISecretBackend _layers;
    private readonly ISecretBackend _wrapped;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private bool _isShipped;

    internal AuditedBackend(
        ISecretBackend layers,
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

    /// <summary>Whether the backend authenticates whoever asks; where it does not, <see cref="WhoAmIAsync"/> gives
    /// null.</summary>
    public bool AuthenticatesCallers => _wrapped is IBackendIdentity;

    /// <summary>This life of the process, as the audit knows it.</summary>
    public InstanceRow Instance => Trail.Journal.Owner;

    /// <summary>The folder of the journal, in which services on this machine keep their trips too.</summary>
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
    public IAsyncEnumerable<SecretVersionInfo> HistoryAsync(SecretLocation place, CancellationToken ct) =>
        _layers.HistoryAsync(place, ct);

    /// <inheritdoc/>
    public ValueTask<SecretWriteResult> DeleteAsync(SecretLocation place, CancellationToken ct) => _layers.DeleteAsync(place, ct);

    /// <inheritdoc/>
    public ValueTask<SecretWriteResult> RestoreAsync(SecretLocation place, SecretVersion? version, CancellationToken ct) =>
        _layers.RestoreAsync(place, version, ct);

    /// <inheritdoc/>
    public ValueTask<SecretWriteResult> PromoteAsync(
        SecretLocation place,
        SecretVersion pending,
        SecretVersion? expected,
        CancellationToken ct
    ) => _layers.PromoteAsync(place, pending, expected, ct);

    /// <inheritdoc cref="IBackendIdentity.WhoAmIAsync"/>
    public ValueTask<string?> WhoAmIAsync(CancellationToken ct) =>
        AskAsync<IBackendIdentity, string?>("(login)", one => one.WhoAmIAsync(ct));

    /// <inheritdoc cref="IBackendClock.AskTimeAsync"/>
    public ValueTask<DateTimeOffset?> AskTimeAsync(CancellationToken ct) =>
        AskAsync<IBackendClock, DateTimeOffset?>("(clock)", one => one.AskTimeAsync(ct));

    /// <inheritdoc cref="IBackendPolicyCheck.CheckPolicyAsync"/>
    /// <returns>Null where the backend cannot be asked.</returns>
    public ValueTask<PolicyReport?> CheckPolicyAsync(
        SecretDeclaration declaration,
        IReadOnlyList<SecretDeclaration> others,
        CancellationToken ct
    ) =>
        AskAsync<IBackendPolicyCheck, PolicyReport?>("(policy)", async one =>
            await one.CheckPolicyAsync(declaration, others, ct).ConfigureAwait(false)
        );

    /// <summary>Reads one secret past any cache, the current version where none is named. The caller disposes its
    /// value.</summary>
    /// <exception cref="SecretException">It cannot be had, or the read cannot be recorded.</exception>
    public async ValueTask<Secret> GetAsync(SecretLocation place, SecretVersion? version, CancellationToken ct) =>
        await GetAsync(place.Name.Path, place, version, ct).ConfigureAwait(false);

    internal async ValueTask<Secret> GetAsync(string bundle, SecretLocation place, SecretVersion? version, CancellationToken ct)
    {
        var request = new SecretRequest(bundle, [place], ReadPurpose.Get) { Version = version };
        var answer = (await _layers.ReadAsync([request], ct).ConfigureAwait(false))[0];
        var outcome = answer.Succeeded ? AccessOutcome.Success : AuditTrail.OutcomeOf(answer.Error);
        var record = Trail.About(AccessOperation.Get, outcome, place.Name) with
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
            // Without its row in the journal the value does not leave.
            Trail.Require(record);
        }
        catch (SecretAuditFailedException)
        {
            answer.Values[0].Dispose();
            throw;
        }
        return new Secret(
            place.Name,
            answer.Values[0],
            answer.Version,
            answer.CreatedAt,
            bundle,
            VersionIdentity.Of(answer, Capabilities)
        );
    }

    /// <summary>Reads several secrets, one after the other. The caller disposes their values.</summary>
    /// <exception cref="SecretException">One cannot be had; the values that were read before it are zeroed.</exception>
    public async ValueTask<SecretSet> GetAsync(IReadOnlyList<SecretLocation> places, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(places);
        var asked = new ElapsedClock(_time).Now;
        var secrets = new List<Secret>(places.Count);
        try
        {
            foreach (var place in places)
                secrets.Add(await GetAsync(place, version: null, ct).ConfigureAwait(false));
        }
        catch
        {
            secrets.ForEach(secret => secret.Value.Dispose());
            throw;
        }
        return new SecretSet([.. secrets], [.. secrets.Select(_ => asked)]);
    }

    /// <summary>Where a secret is that goes by its own location in the backend, below the namespace.</summary>
    public SecretLocation Locate(SecretName name) => new(name, SecretName.ParseLocation(Identity.Namespace + name));

    /// <summary>Writes one value, once it is within the backend's limits.</summary>
    /// <exception cref="SecretException">It was not written, or the backend did not say whether it was.</exception>
    public async ValueTask<SecretVersion> SetAsync(
        SecretLocation place,
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
                $"The value for '{place.Name}' has {value.ByteCount} bytes; "
                    + $"the {Name} backend takes 1 to {Capabilities.MaxValueBytes}.",
                place.Name,
                Name
            );
        }
        return (await _layers.WriteAsync(new SecretWrite(place, value, condition), ct).ConfigureAwait(false)).Version;
    }

    /// <summary>
    /// Clears a trip by <paramref name="clear"/>. The intent is recorded first, and one row says how it ended whatever becomes of
    /// the process, since a clearance cannot be taken back.
    /// </summary>
    /// <exception cref="SecretAuditFailedException">It cannot be recorded, so it was not done.</exception>
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

    /// <summary>Says who acts, once the backend told; rows that are shipped later carry it.</summary>
    public void NameActor(string actor) => Trail.Journal.Name(actor);

    /// <summary>
    /// Closes the journal and ships its rows, and those of processes that died before they could. Nothing can be read or changed
    /// after that.
    /// </summary>
    public async ValueTask<AuditShipment> ShipAsync(IAuditStore store, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(store);
        _isShipped = true;
        using var drainer = new JournalDrainer(Trail.Journal, Folder, store, _time, _logger);
        await drainer.FinishAsync(ct).ConfigureAwait(false);
        return new AuditShipment(drainer.FailingSince is null && !ct.IsCancellationRequested, drainer.Adopted);
    }

    /// <summary>Closes the journal and ends the wrapped backend, which may have a login to give back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isShipped)
            Trail.Journal.Close(AccessOutcome.Success);
        Trail.Journal.Dispose();
        await EndWrappedAsync().ConfigureAwait(false);
    }

    /// <summary>For a runtime that ends the journal itself.</summary>
    internal async ValueTask EndWrappedAsync()
    {
        if (_wrapped is IAsyncDisposable ends)
            await ends.DisposeAsync().ConfigureAwait(false);
        else if (_wrapped is IDisposable closes)
            closes.Dispose();
    }

    /// <summary>Asks the wrapped backend something that is about no secret; null where it has no answer to such a
    /// question.</summary>
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

/// <summary>What came of shipping the audit.</summary>
/// <param name="IsComplete">False where rows wait in the journal for the next process.</param>
/// <param name="AdoptedJournals">How many journals of processes that died were shipped too.</param>
public readonly record struct AuditShipment(bool IsComplete, int AdoptedJournals);
