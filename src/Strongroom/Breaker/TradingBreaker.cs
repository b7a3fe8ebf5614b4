using Microsoft.Extensions.Logging;
using Strongroom.Audit;
using Strongroom.Caching;

namespace Strongroom.Breaker;

/// <summary>The latch. <see cref="Permission"/> is worked out once a tick and at each event, so that asking costs one read.</summary>
internal sealed class TradingBreaker : ITradingBreaker
{
    private readonly Lock _gate = new();
    private readonly Identity _identity;
    private readonly TripScope _scope;
    private readonly LocalTripFile _local;
    private readonly Func<ITripStore?> _store;
    private readonly AuditTrail _trail;
    private readonly PermissionRule _rule;
    private readonly Func<Moment, Task> _validate;
    private readonly Clocks _clocks;
    private readonly ILogger _logger;

    private static readonly TimeSpan s_validateEvery = TimeSpan.FromSeconds(5);

    private readonly HashSet<Guid> _stored = [];

    private volatile TripRecord[] _uncleared = [];
    private volatile int _permission = (int)TradingPermission.Halted;
    private string _why = "the trips have not been read yet";
    private bool _tripsRead;
    private bool _storeAway;
    private Proof? _awaited;
    private Moment? _lastValidation;
    private Task _validation = Task.CompletedTask;

    internal TradingBreaker(
        Identity identity, LocalTripFile local, Func<ITripStore?> store, AuditTrail trail, PermissionRule rule, Func<Moment, Task> validate, Clocks clocks, ILogger logger)
    {
        _identity = identity;
        _scope = new TripScope(identity.EnvironmentName, identity.Namespace);
        _local = local;
        _store = store;
        _trail = trail;
        _rule = rule;
        _validate = validate;
        _clocks = clocks;
        _logger = logger;
        // A process cannot tell whether a trip was cleared just before it started, so each must see its credentials accepted first.
        _awaited = new Proof(clocks.Now, TradingPermission.ReduceOnly, "the credentials are not proven good since this process started");
    }

    /// <summary>What is being done to prove the credentials good; done where there is nothing to prove.</summary>
    internal Task Validation => _validation;

    public TradingPermission Permission => (TradingPermission)_permission is var decided && decided == TradingPermission.All && _rule.IsOverdue
        ? TradingPermission.ReduceOnly
        : decided;

    public IReadOnlyList<TripRecord> Uncleared => _uncleared;

    public void DemandOpening()
    {
        var permission = Permission;
        if (permission != TradingPermission.All)
            throw new SecretRefusedException(
                SecretErrorCode.TradingHalted,
                $"No order that opens risk may be sent now: {(permission == (TradingPermission)_permission ? _why : "the time that its credentials allow is over")}. Cancelling and reducing stay possible. 'strongroom breaker' says what to do.");
    }

    public async ValueTask<TripRecord> TripAsync(TripCause cause, string bundle, string generation, string detail, CancellationToken ct)
    {
        TripRecord trip;
        lock (_gate)
        {
            // One lost generation is one trip, however many notice it.
            if (Array.Find(_uncleared, known => known.Bundle == bundle && known.Cause == cause && known.Generation == generation) is { } known)
                return known;
            trip = new TripRecord(
                Guid.CreateVersion7(_clocks.Time.GetUtcNow()), _scope, _identity.Service, _identity.Instance, bundle, generation, cause, detail, _clocks.Time.GetUtcNow());
            _uncleared = [.. _uncleared, trip];
        }
        Evaluate();
        Log.Tripped(_logger, trip.Id, cause, detail);
        _trail.TryRecord(_trail.Journal.About(AccessOperation.Trip, AccessOutcome.Success) with { Name = bundle, Version = generation });
        await StoreAsync(trip, ct).ConfigureAwait(false);
        return trip;
    }

    public async ValueTask<bool> ClearAsync(Guid id, string @operator, string reason, CancellationToken ct)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(@operator);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        await RefreshAsync(ct).ConfigureAwait(false);
        var trip = Array.Find(_uncleared, known => known.Id == id);
        if (trip is null)
            return false;
        var store = _store() ?? _local;
        if (!await store.ClearAsync(new TripClearance(id, @operator, reason, _clocks.Time.GetUtcNow()), ct).ConfigureAwait(false))
            return false;
        _trail.TryRecord(_trail.Journal.About(AccessOperation.Clear, AccessOutcome.Success) with { Name = trip.Bundle, Version = trip.Generation, RequestId = id.ToString() });
        Log.Cleared(_logger, id, @operator, reason);
        await RefreshAsync(ct).ConfigureAwait(false);
        return true;
    }

    public async ValueTask RefreshAsync(CancellationToken ct)
    {
        Guid[] storedBefore;
        lock (_gate)
            storedBefore = [.. _stored];
        try
        {
            var local = await _local.ListUnclearedAsync(_scope, ct).ConfigureAwait(false);
            var trips = local;
            if (_store() is { } store)
            {
                foreach (var trip in local)
                {
                    await store.RecordAsync(trip, ct).ConfigureAwait(false);
                    _local.Remove(trip.Id);
                }
                trips = await store.ListUnclearedAsync(_scope, ct).ConfigureAwait(false);
            }
            Take(trips, storedBefore);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            NoteStore(away: true, (e as SecretException)?.Code.ToString() ?? e.GetType().Name);
        }
        Tick();
    }

    /// <summary>A bundle's budget or grace is over: its value is gone. Only one that is declared <c>halt</c> trips.</summary>
    internal void TripForLoss(BundleCell cell, SecretErrorCode lost)
    {
        if (cell.Bundle.OnLoss != LossEffect.Halt)
            return;
        var (cause, what) = lost switch
        {
            SecretErrorCode.Denied or SecretErrorCode.LoginRejected => (TripCause.Denied, "the backend denies it"),
            SecretErrorCode.Deleted => (TripCause.Deleted, "it was deleted in the backend"),
            _ => (TripCause.Expired, "the backend did not confirm it for the whole budget"),
        };
        _ = TripAsync(
            cause, cell.Bundle.Id, "", $"The credential '{cell.Bundle.Id}' is gone: {what}. Mend that, then clear the trip.", CancellationToken.None).AsTask();
    }

    /// <summary>Called once a second: works out the permission anew, and goes on proving what is not proven yet.</summary>
    internal void Tick()
    {
        Evaluate();
        Proof awaited;
        lock (_gate)
        {
            if (_awaited is null || _uncleared.Length > 0 || !_validation.IsCompleted
                || (_lastValidation is { } last && _clocks.Since(last) < s_validateEvery))
                return;
            awaited = _awaited;
            _lastValidation = _clocks.Now;
        }
        _validation = ValidateAsync(awaited.Since);
    }

    /// <summary>Works out the permission anew. Called once a tick and at each event.</summary>
    internal void Evaluate()
    {
        lock (_gate)
        {
            if (_awaited is { } awaited && _uncleared.Length == 0 && _tripsRead && _rule.ProveSince(awaited.Since))
                _awaited = null;
            var (permission, why) =
                _uncleared is [var first, ..] ? (TradingPermission.Halted, $"trip {first.Id} is not cleared ({first.Detail})")
                : !_tripsRead ? (TradingPermission.Halted, "the trips could not be read from the database yet")
                : _awaited is { } missing ? (missing.Meanwhile, missing.Why)
                : _rule.Decide();
            var before = (TradingPermission)_permission;
            if (permission == before && why == _why)
                return;
            if (permission != before)
                Log.PermissionChanged(_logger, permission == TradingPermission.All ? LogLevel.Information : LogLevel.Warning, permission, why);
            _why = why;
            _permission = (int)permission;
        }
    }

    /// <summary>Takes over what is stored. A trip that was stored before the question was asked, and is not in the answer, was cleared.</summary>
    private void Take(IReadOnlyList<TripRecord> trips, Guid[] storedBefore)
    {
        lock (_gate)
        {
            var kept = Array.FindAll(_uncleared, known => !trips.Any(trip => trip.Id == known.Id) && !storedBefore.Contains(known.Id));
            if (Array.Exists(_uncleared, known => !trips.Any(trip => trip.Id == known.Id) && storedBefore.Contains(known.Id)))
            {
                _awaited = new Proof(_clocks.Now, TradingPermission.Halted, "a trip was cleared, and the credentials are not proven good since");
                _lastValidation = null;
            }
            _uncleared = [.. trips, .. kept];
            _stored.Clear();
            _stored.UnionWith(trips.Select(trip => trip.Id));
            _tripsRead = true;
        }
        NoteStore(away: false, "");
    }

    private async ValueTask StoreAsync(TripRecord trip, CancellationToken ct)
    {
        try
        {
            await _local.RecordAsync(trip, ct).ConfigureAwait(false);
            if (_store() is { } store)
            {
                await store.RecordAsync(trip, ct).ConfigureAwait(false);
                _local.Remove(trip.Id);
            }
            lock (_gate)
                _stored.Add(trip.Id);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            NoteStore(away: true, (e as SecretException)?.Code.ToString() ?? e.GetType().Name);
        }
    }

    private async Task ValidateAsync(Moment since)
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

    private void NoteStore(bool away, string error)
    {
        if (away && !_storeAway)
            Log.TripStoreAway(_logger, error);
        _storeAway = away;
    }

    /// <summary>That the backend and the counterparty must confirm the credentials since a moment, and what is allowed until they did.</summary>
    private sealed record Proof(Moment Since, TradingPermission Meanwhile, string Why);
}
