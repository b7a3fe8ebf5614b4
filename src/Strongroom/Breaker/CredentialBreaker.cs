using Microsoft.Extensions.Logging;
using Strongroom.Audit;
using Strongroom.Bundles;
using Strongroom.Journaling;

namespace Strongroom.Breaker;

/// <summary>
/// Decides whether the service may start new work. <see cref="Permission"/> is evaluated once a tick and at each event, so
/// reading it costs one memory access. Nothing here does I/O under a lock or on a caller's thread;
/// <see cref="TripPersistence"/> stores trips.
/// </summary>
internal sealed class CredentialBreaker : ICredentialBreaker, IDisposable
{
    /// <summary>The state of every healthy start, until the first proof.</summary>
    private const string AtStart = "the credentials have not been verified since this process started";
    private const string SinceRestricted = "the budget of a credential runs low, or a credential was just rejected";

    private readonly Lock _gate = new();
    private readonly ProcessIdentity _identity;
    private readonly KnownTrips _known;
    private readonly TripPersistence _persistence;
    private readonly AuditTrail _trail;
    private readonly PermissionRule _rule;
    private readonly Func<ClockReading, Task> _validate;
    private readonly ElapsedClock _clocks;
    private readonly ILogger _logger;

    private static readonly TimeSpan s_lastWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_validateEvery = TimeSpan.FromSeconds(5);

    private volatile int _permission = (int)CredentialPermission.Halted;
    private string _why = "the trips have not been read yet";
    private int _clearancesTaken;
    private Proof? _awaited;
    private ClockReading? _lastValidation;
    private Task _validation = Task.CompletedTask;
    private Task _reporting = Task.CompletedTask;
    private volatile bool _isEnded;

    internal CredentialBreaker(
        ProcessIdentity identity,
        ILocalTripStore local,
        Func<ITripStore?>? store,
        AuditTrail trail,
        PermissionRule rule,
        Func<ClockReading, Task> validate,
        ElapsedClock clocks,
        ILogger logger
    )
    {
        _identity = identity;
        _known = new KnownTrips(clocks);
        _persistence = new TripPersistence(
            new TripStoreSync(TripLocations.File, () => local, _known, identity, clocks, TakeRead, logger),
            new TripStoreSync(TripLocations.Database, store ?? (() => null), _known, identity, clocks, TakeRead, logger),
            _known,
            clocks
        );
        _trail = trail;
        _rule = rule;
        _validate = validate;
        _clocks = clocks;
        _logger = logger;
        IsActive = rule.CachedBundles.Count > 0 || store is not null;
        if (!IsActive)
        {
            _permission = (int)CredentialPermission.All;
            return;
        }
        // A process cannot tell whether a trip was cleared just before it started, so each must see its credentials accepted
        // first.
        _awaited = new Proof(clocks.Now, CredentialPermission.Restricted, AtStart);
    }

    /// <inheritdoc/>
    public bool IsActive { get; }

    /// <summary>What is being stored or read now.</summary>
    internal Task Recording => Task.WhenAll(_persistence.Current, _reporting);

    /// <summary>What is being done to prove the credentials good; done where there is nothing to prove.</summary>
    internal Task Validation => _validation;

    public CredentialPermission Permission =>
        (CredentialPermission)_permission is var decided && decided == CredentialPermission.All && _rule.IsOverdue
            ? CredentialPermission.Restricted
            : decided;

    public IReadOnlyList<TripRecord> Uncleared => _known.Snapshot.Uncleared;

    public void RequireAll()
    {
        var permission = Permission;
        if (permission != CredentialPermission.All)
            throw new SecretRefusedException(
                SecretErrorCode.BreakerRefused,
                "The credential breaker permits no new work now: "
                    + (permission == (CredentialPermission)_permission ? _why : SinceRestricted)
                    + ". Finish or undo what is under way; 'strongroom breaker' says what to do."
            );
    }

    public async ValueTask<TripRecord> TripAsync(
        TripCause cause,
        string bundle,
        string version,
        string detail,
        CancellationToken ct
    )
    {
        if (!IsActive)
        {
            throw new SecretConfigurationException(
                SecretErrorCode.SettingInvalid,
                "This service has no credential breaker to trip: no secret is declared with \"onLoss\": \"halt\", and no "
                    + "store of trips is registered. Declare one, or register "
                    + "a store (AddDatabase)."
            );
        }
        var at = _clocks.Time.GetUtcNow();
        var trip = _known.FindOrAdd(
            bundle,
            cause,
            version,
            () =>
                new TripRecord(
                    Guid.CreateVersion7(at),
                    new TripScope(_identity.EnvironmentName, _identity.Namespace),
                    _identity.Service,
                    _identity.Instance,
                    bundle,
                    version,
                    cause,
                    detail,
                    at
                ),
            out var isNew
        );
        if (!isNew && !_persistence.IsBehind)
            return trip;
        // Halted, then intended, then recorded, then reported: a listener may throw or hang.
        var change = Settle();
        var intent = isNew ? _trail.TryIntend(Intended(AccessOperation.Trip, trip)) : null;
        var (somewhere, both) = _persistence.Record(trip.Id);
        var reporting = ReportAsync(somewhere, intent, isNew ? trip : null, change);
        lock (_gate)
            _reporting = Task.WhenAll(_reporting, reporting);
        await Task.WhenAll(reporting, both).WaitAsync(ct).ConfigureAwait(false);
        return trip;
    }

    public async ValueTask<bool> ClearAsync(Guid id, string @operator, string reason, CancellationToken ct)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(@operator);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        if (!IsActive)
            return false;
        var fault = await _persistence.SyncAsync(ct).ConfigureAwait(false);
        Tick();
        if (_known.Find(id) is not { } known)
        {
            return fault is null
                ? false
                : throw new SecretUnavailableException(
                    SecretErrorCode.Unreachable,
                    $"It is not known whether there is an uncleared trip {id}, since not all trips could be read ({fault}). "
                        + "Try again."
                );
        }
        if (known.Clearance is not null)
            return false;
        var clearance = new TripClearance(id, @operator, reason, _clocks.Time.GetUtcNow());
        using var intent = _trail.Intend(Intended(AccessOperation.Clear, known.Record));
        if (!await RecordAsync(clearance, ct).ConfigureAwait(false))
        {
            intent.Withdraw();
            return false;
        }
        intent.Succeed();
        Log.Cleared(_logger, id, @operator, reason);
        Tick();
        return true;
    }

    public async ValueTask RefreshAsync(CancellationToken ct)
    {
        if (!IsActive)
            return;
        await _persistence.SyncAsync(ct).ConfigureAwait(false);
        Tick();
    }

    /// <summary>A bundle's budget or grace is over: its value is gone. Only one that is declared <c>halt</c> trips.</summary>
    internal void TripForLoss(CachedBundle cached, SecretErrorCode lost)
    {
        if (cached.Bundle.OnLoss != LossEffect.Halt)
            return;
        var (cause, what) = lost switch
        {
            SecretErrorCode.Denied or SecretErrorCode.LoginRejected => (TripCause.Denied, "the backend denies it"),
            SecretErrorCode.Deleted => (TripCause.Deleted, "it was deleted in the backend"),
            _ => (TripCause.Expired, "the backend did not confirm it for the whole budget"),
        };
        _ = TripAsync(
                cause,
                cached.Bundle.Id,
                "",
                $"The credential '{cached.Bundle.Id}' is gone: {what}. Correct that, then clear the trip.",
                CancellationToken.None
            )
            .AsTask();
    }

    /// <summary>
    /// Called once a second: evaluates the permission, and continues what is not verified or not recorded yet.
    /// </summary>
    internal void Tick()
    {
        Evaluate();
        if (_isEnded || !IsActive)
            return;
        _persistence.Retry();
        Proof awaited;
        lock (_gate)
        {
            if (
                _awaited is null
                || Uncleared.Count > 0
                || !_validation.IsCompleted
                || (_lastValidation is { } last && _clocks.Since(last) < s_validateEvery)
            )
                return;
            awaited = _awaited;
            _lastValidation = _clocks.Now;
        }
        _validation = ValidateAsync(awaited.Since);
    }

    /// <summary>Evaluates the permission. Called once a tick and at each event.</summary>
    internal void Evaluate()
    {
        if (!IsActive)
            return;
        Report(Settle());
        while (_known.TakeUnreported() is { } trip)
        {
            Account(trip);
            Log.Tripped(_logger, trip.Id, trip.Cause, trip.Detail);
        }
    }

    /// <summary>
    /// Halts at once for a trip that was read. Proving waits for the next tick: it runs the application's code, which must not
    /// hold up the storing of trips.
    /// </summary>
    private void TakeRead() => Report(Settle(mayProve: false));

    /// <summary>Gives a trip that is being written a moment; what is not written by then is in memory only, and gone.</summary>
    public void Dispose()
    {
        _isEnded = true;
        Recording.Wait(s_lastWait);
    }

    /// <summary>Evaluates the permission and returns the change, which is reported once no lock is held.</summary>
    private (CredentialPermission Permission, string Why)? Settle(bool mayProve = true)
    {
        var proving = Volatile.Read(ref _awaited);
        var isProving = mayProve && proving is not null && Uncleared.Count == 0 && _persistence.Unread is null;
        var hasProbes = isProving ? _rule.FindProbes(proving!.Since) : null;
        lock (_gate)
        {
            var snapshot = _known.Snapshot;
            if (snapshot.Clearances != _clearancesTaken)
            {
                _clearancesTaken = snapshot.Clearances;
                _awaited = new Proof(
                    snapshot.ClearedAt,
                    CredentialPermission.Halted,
                    "a trip was cleared, and the credentials have not been verified since"
                );
                _lastValidation = null;
            }
            var unread = _persistence.Unread;
            if (
                _awaited is { } awaited
                && awaited == proving
                && snapshot.Uncleared.Count == 0
                && unread is null
                && hasProbes is not null
                && _rule.ProveSince(awaited.Since, hasProbes)
            )
                _awaited = null;
            var (permission, why) =
                snapshot.Uncleared is [var first, ..]
                    ? (CredentialPermission.Halted, $"trip {first.Id} is not cleared ({first.Detail})")
                : unread is not null ? (CredentialPermission.Halted, unread)
                : _awaited is { } missing ? (missing.Meanwhile, missing.Why)
                : _rule.Decide();
            var changed = permission != (CredentialPermission)_permission;
            _why = why;
            _permission = (int)permission;
            return changed ? (permission, why) : null;
        }
    }

    private void Account(TripRecord trip) =>
        _trail.TryRecord(Intended(AccessOperation.Trip, trip) with { Outcome = AccessOutcome.Success });

    private void Report((CredentialPermission Permission, string Why)? change)
    {
        if (change is var (permission, why))
            Log.PermissionChanged(
                _logger,
                permission == CredentialPermission.All || why == AtStart ? LogLevel.Information : LogLevel.Warning,
                permission,
                why
            );
    }

    private JournalRecord Intended(AccessOperation operation, TripRecord trip) =>
        _trail.Journal.About(operation, AccessOutcome.Unknown) with
        {
            Name = trip.Bundle,
            Version = trip.Version,
            RequestId = trip.Id.ToString(),
        };

    private async Task ReportAsync(Task recorded, AuditIntent? intent, TripRecord? trip, (CredentialPermission, string)? change)
    {
        await recorded.ConfigureAwait(false);
        intent?.Succeed();
        if (trip is not null)
            Log.Tripped(_logger, trip.Id, trip.Cause, trip.Detail);
        Report(change);
    }

    /// <summary>Stores a clearance in both places; it counts once it was read back from one of them.</summary>
    /// <returns>False where another clearance was there first.</returns>
    private async ValueTask<bool> RecordAsync(TripClearance clearance, CancellationToken ct)
    {
        _known.Propose(clearance.TripId, clearance);
        try
        {
            await _persistence.SyncAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            _known.Propose(clearance.TripId, null);
        }
        return _known.Find(clearance.TripId) is { Clearance: { } read }
            ? (read.Operator, read.Reason) == (clearance.Operator, clearance.Reason)
            : throw new SecretUnavailableException(
                SecretErrorCode.Unreachable,
                $"The clearance of trip {clearance.TripId} could be stored neither in the database nor in the local file, or "
                    + "it is not known whether it was. Try again."
            );
    }

    private async Task ValidateAsync(ClockReading since)
    {
        try
        {
            await _validate(since).ConfigureAwait(false);
            Evaluate();
        }
        catch (Exception e)
        {
            // Unproven is the safe end, and the next round tries again.
            Log.ValidationFailed(_logger, e.GetType().Name);
        }
    }

    /// <summary>
    /// That the backend and the counterparty must confirm the credentials since a moment, and what is allowed until they did.
    /// </summary>
    private sealed record Proof(ClockReading Since, CredentialPermission Meanwhile, string Why);
}
