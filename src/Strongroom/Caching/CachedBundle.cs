using Strongroom.Audit;
using Strongroom.Backends;

namespace Strongroom.Caching;

/// <summary>How a fetch ended for one bundle.</summary>
internal readonly record struct FetchOutcome(BundleSnapshot? Snapshot, SecretException? Error);

/// <summary>
/// What is remembered of one bundle, and the only place in which values live. Each bundle has its own, so that one that hangs or
/// fails delays nothing else. Reads take <see cref="Current"/>; changes go through the methods, under the cached's lock. An
/// answer counts by when its request was sent: one that comes late changes nothing that a later request has settled.
/// </summary>
internal sealed partial class CachedBundle(SecretBundle bundle, string @namespace, ElapsedClock clocks, CacheSettings settings)
{
    /// <summary>How much of a time is left of it at least, after jitter.</summary>
    internal const double ShortestShare = 0.8;

    private readonly Lock _gate = new();
    private volatile BundleSnapshot? _current;
    private TaskCompletionSource<FetchOutcome>? _inFlight;
    private LossProof? _loss;
    private ClockReading _newestAnswer;
    private ClockReading _lastAttempt = clocks.Now;
    private TimeSpan _nextAttemptAfter = TimeSpan.Zero;

    internal SecretBundle Bundle { get; } = bundle;

    /// <summary>The bundle's names in the backend, namespace included.</summary>
    internal IReadOnlyList<SecretLocation> Places { get; } =
    [.. bundle.Secrets.Select(secret => new SecretLocation(secret.Name, SecretName.ParseLocation(@namespace + secret.At)))];

    /// <summary>True where the service does not start without it.</summary>
    internal bool IsRequired { get; } = bundle.Secrets.Any(secret => secret.Required);

    internal BundleSnapshot? Current => _current;

    /// <summary>The version that is held, be it served or parked; null where none is.</summary>
    internal VersionIdentity? Held
    {
        get
        {
            lock (_gate)
                return (_current ?? _parked)?.VersionIdentity;
        }
    }

    /// <summary>Why the last fetch failed; null where it did not.</summary>
    internal SecretException? LastError { get; private set; }

    /// <summary>The turn that its fetch waits for; null where none waits.</summary>
    internal FetchTurn? Turn { get; set; }

    internal bool IsThrottled => LastError is { Code: SecretErrorCode.Throttled };

    internal bool IsConfirmedSince(ClockReading since) => _current is { } current && !current.ValidatedAt.IsBefore(since);

    /// <summary>Set once the backend has surely denied or deleted it.</summary>
    internal bool IsLost => _loss is { ConfirmedAt: not null };

    internal BundleCondition Condition =>
        _current is null ? BundleCondition.Unavailable
        : PendingRejection is not null ? BundleCondition.Suspect
        : LastError is not null ? BundleCondition.Degraded
        : BundleCondition.Healthy;

    internal bool IsRefreshDue
    {
        get
        {
            lock (_gate)
                return _inFlight is null && _freshRead is null && clocks.Elapsed(_lastAttempt) >= _nextAttemptAfter;
        }
    }

    /// <summary>
    /// True where it could be due by now, had its jitter been as short as can be: a call that goes out anyway may take it along.
    /// </summary>
    internal bool IsRefreshNear
    {
        get
        {
            lock (_gate)
                return _inFlight is null
                    && _freshRead is null
                    && LastError is null
                    && clocks.Elapsed(_lastAttempt) >= settings.Refresh * ShortestShare;
        }
    }

    /// <summary>
    /// Joins the fetch in flight, or begins one that the caller must then carry out and <see cref="Complete"/>.
    /// </summary>
    internal Task<FetchOutcome> JoinOrBegin(out bool began)
    {
        lock (_gate)
        {
            began = false;
            if (_freshRead is not null)
                return _freshRead.Task;
            began = _inFlight is null;
            _inFlight ??= NewFetch();
            if (began)
                _lastAttempt = clocks.Now;
            return _inFlight.Task;
        }
    }

    internal void Complete(FetchOutcome outcome)
    {
        TaskCompletionSource<FetchOutcome>? waiting;
        lock (_gate)
        {
            (waiting, _inFlight) = (_inFlight, null);
            SetNextAttempt(outcome);
        }
        waiting?.TrySetResult(outcome);
    }

    /// <summary>The backend confirmed a version; null where that is not the one in memory, or no longer.</summary>
    internal BundleSnapshot? Confirm(VersionIdentity version, ClockReading sentAt, bool validates)
    {
        lock (_gate)
        {
            // Under the lock: a snapshot that the watch has just taken away is zeroed, and must not come back.
            if ((_current ?? _parked) is not { } held || held.VersionIdentity != version)
                return null;
            if (!TakesAnswer(sentAt))
                return _current;
            LastError = null;
            _loss = null;
            return Hold(validates ? held.Confirmed(sentAt) : held);
        }
    }

    /// <summary>
    /// A new version takes the place of the one in memory, whose values live on until their own end; null where a later request
    /// was answered already, and the values are the caller's to end.
    /// </summary>
    internal BundleSnapshot? Adopt(Secret[] secrets, VersionIdentity version, ClockReading sentAt)
    {
        lock (_gate)
        {
            if (!TakesAnswer(sentAt))
                return null;
            if ((_current ?? _parked) is { } old)
                Retire(old);
            LastError = null;
            _loss = null;
            if (PendingRejection is { } suspicion && suspicion.VersionIdentity != version)
                Clear(suspicion);
            return Hold(new BundleSnapshot(secrets, version, sentAt, AccessSource.Cache));
        }
    }

    /// <summary>A fetch failed: what is in memory is stale from now on, and a denial or deletion begins to count.</summary>
    internal void Fail(SecretException error, ClockReading sentAt)
    {
        lock (_gate)
        {
            if (!TakesAnswer(sentAt))
                return;
            LastError = error;
            _current = _current?.AsStale();
            _parked = _parked?.AsStale();
            var code = error.Code is SecretErrorCode.Missing ? SecretErrorCode.Deleted : error.Code;
            if (code is not (SecretErrorCode.Denied or SecretErrorCode.LoginRejected or SecretErrorCode.Deleted))
                return;
            // Once confirmed, a loss stays one until the backend gives the value again, whichever of its words it uses meanwhile.
            var loss =
                _loss is { } known && (known.Code == code || known.ConfirmedAt is not null)
                    ? known
                    : new LossProof(code, clocks.Now, null);
            if (
                loss.ConfirmedAt is null
                && (code != SecretErrorCode.Deleted || clocks.Elapsed(loss.FirstAt) >= settings.DeletionProof)
            )
                loss = loss with { ConfirmedAt = clocks.Now };
            _loss = loss;
        }
    }

    /// <summary>Zeroes everything, at the end of the process.</summary>
    internal void End()
    {
        lock (_gate)
        {
            _current?.End();
            _parked?.End();
            _retired.ForEach(old => old.End());
            (_current, _parked) = (null, null);
            _retired.Clear();
            var ended = new FetchOutcome(null, SecretUnavailableException.Ended());
            _inFlight?.TrySetResult(ended);
            _freshRead?.TrySetResult(ended);
        }
    }

    private static TaskCompletionSource<FetchOutcome> NewFetch() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Under the gate. False where a request that was sent later was answered earlier.</summary>
    private bool TakesAnswer(ClockReading sentAt)
    {
        if (sentAt.IsBefore(_newestAnswer))
            return false;
        _newestAnswer = sentAt;
        return true;
    }

    private void SetNextAttempt(FetchOutcome outcome) =>
        _nextAttemptAfter =
            outcome.Error is null ? Shortened(settings.Refresh)
            : _loss is { ConfirmedAt: null } ? settings.DeletionProof
            : outcome.Error is SecretUnavailableException { Code: SecretErrorCode.Throttled } throttled
                ? AfterThrottling(throttled.RetryAfter)
            : settings.FailedRefresh + Shortened(settings.FailedRefresh);

    /// <summary>
    /// A whole fleet may share what the backend grants, and one that comes too soon keeps the others out. So the time until the
    /// value ends decides: who has little of it comes soon, who has much comes later, and all are spread.
    /// </summary>
    private TimeSpan AfterThrottling(TimeSpan? asked)
    {
        var pause = BudgetLeft / 16 * (1 + (Random.Shared.NextDouble() * 2));
        pause = TimeSpan.FromTicks(
            Math.Clamp(pause.Ticks, (settings.FailedRefresh + Shortened(settings.FailedRefresh)).Ticks, settings.Refresh.Ticks)
        );
        return asked > pause ? asked.Value : pause;
    }

    /// <summary>Jitter that only shortens: 80 to 100 % of a time, so that many instances do not come at once.</summary>
    private static TimeSpan Shortened(TimeSpan time) =>
        time * (ShortestShare + (Random.Shared.NextDouble() * (1 - ShortestShare)));

    private sealed record LossProof(SecretErrorCode Code, ClockReading FirstAt, ClockReading? ConfirmedAt);
}
