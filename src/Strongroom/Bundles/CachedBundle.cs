using Strongroom.Audit;
using Strongroom.Backends;

namespace Strongroom.Bundles;

/// <summary>How a fetch ended for one bundle.</summary>
internal sealed record FetchOutcome(BundleSnapshot? Snapshot, SecretException? Error);

/// <summary>
/// What is remembered of one bundle, and the only place in which values live. Each bundle has its own, so that one that hangs or
/// fails delays nothing else. Reads take <see cref="Current"/> or <see cref="Status"/> without a lock; every change is a method
/// that decides under the bundle's lock and calls no foreign code there. An answer counts by when its request was sent: one
/// that comes late changes nothing that a later request has settled.
/// </summary>
internal sealed partial class CachedBundle(SecretBundle bundle, string @namespace, ElapsedClock clocks, CacheSettings settings)
{
    /// <summary>How much of a time is left of it at least, after jitter.</summary>
    internal const double ShortestShare = 0.8;

    private readonly Lock _gate = new();
    private volatile BundleStatus _status = new();

    /// <summary>
    /// The status's <see cref="BundleStatus.Current"/> in a field of its own, so that a hit reads one and no more.
    /// </summary>
    private volatile BundleSnapshot? _current;

    private TaskCompletionSource<FetchOutcome>? _inFlight;
    private FetchTurn? _turn;
    private ClockReading _lastAttempt = clocks.Now;
    private TimeSpan _nextAttemptAfter = TimeSpan.Zero;
    private bool _isExpired;

    internal SecretBundle Bundle { get; } = bundle;

    /// <summary>The bundle's names in the backend, namespace included.</summary>
    internal IReadOnlyList<SecretLocation> Locations { get; } = LocationsOf(bundle, @namespace);

    /// <summary>True where the service does not start without it.</summary>
    internal bool IsRequired => Bundle.Required;

    internal BundleSnapshot? Current => _current;

    /// <summary>What is known of the bundle now, all of one instant. Reads take no lock.</summary>
    internal BundleStatus Status => _status;

    internal PendingRejection? PendingRejection => _status.PendingRejection;

    internal SecretException? LastError => _status.LastError;

    internal bool IsThrottled => LastError is { Code: SecretErrorCode.Throttled };

    /// <summary>The turn that its fetch waits for; null where none waits.</summary>
    internal FetchTurn? Turn => Volatile.Read(ref _turn);

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
            if (_isExpired)
                return Task.FromResult(ExpiredOutcome());
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

    /// <summary>Its fetch waits for a turn, which may be hastened until it begins.</summary>
    internal void WaitFor(FetchTurn turn)
    {
        lock (_gate)
            _turn = turn;
    }

    /// <summary>The turn has begun; another one that the bundle waits for meanwhile stays.</summary>
    internal void StopWaitingFor(FetchTurn turn)
    {
        lock (_gate)
            _turn = _turn == turn ? null : _turn;
    }

    /// <summary>The backend confirmed a version, which may be another than the one in memory by now.</summary>
    internal BundleAnswer Confirm(VersionIdentity version, ClockReading sentAt, bool validates)
    {
        lock (_gate)
        {
            // Under the lock: a snapshot that the watch has just taken away is zeroed, and must not come back.
            if (_status.Held is not { } held || held.VersionIdentity != version)
                return new BundleAnswer(false, _status);
            if (!TakesAnswer(sentAt))
                return new BundleAnswer(!_status.IsParked, _status);
            var status = _status with { NewestAnswer = sentAt, LastError = null, Loss = null };
            return new BundleAnswer(true, Change(Hold(status, validates ? held.Confirmed(sentAt) : held)));
        }
    }

    /// <summary>
    /// A new version takes the place of the one in memory, whose values live on until their own end. It does not where a later
    /// request was answered already or the process ends; then the values are the caller's to end.
    /// </summary>
    internal BundleAnswer Adopt(Secret[] secrets, VersionIdentity version, ClockReading sentAt)
    {
        lock (_gate)
        {
            if (!TakesAnswer(sentAt))
                return new BundleAnswer(false, _status);
            var (old, isDoubtful) = (_status.Held, _status.IsParked);
            var status = _status with
            {
                NewestAnswer = sentAt,
                LastError = null,
                Loss = null,
                PendingRejection = _status.PendingRejection?.VersionIdentity == version ? _status.PendingRejection : null,
                Retired = old is null || isDoubtful ? _status.Retired : [.. _status.Retired, old],
            };
            status = Change(Hold(status, new BundleSnapshot(secrets, version, sentAt, AccessSource.Cache)));
            // No new read takes it, and its counters are wanted for the next.
            old?.Counters = null;
            // What was parked is doubtful, and the fresh read brought another: it is not needed any more.
            if (isDoubtful)
                old?.Expire();
            return new BundleAnswer(true, status);
        }
    }

    /// <summary>A fetch failed: what is in memory is stale from now on, and a denial or deletion begins to count.</summary>
    internal BundleStatus Fail(SecretException error, ClockReading sentAt)
    {
        lock (_gate)
        {
            return TakesAnswer(sentAt)
                ? Change(
                    _status with
                    {
                        NewestAnswer = sentAt,
                        LastError = error,
                        Held = _status.Held?.AsStale(),
                        Loss = LossAfter(error.Code),
                    }
                )
                : _status;
        }
    }

    /// <summary>Zeroes all values, at the end of the process. Answers that arrive later are not adopted.</summary>
    internal BundleStatus Expire()
    {
        lock (_gate)
        {
            _isExpired = true;
            var (held, retired) = (_status.Held, _status.Retired);
            Change(_status with { Held = null, IsParked = false, Retired = [] });
            held?.Expire();
            Array.ForEach(retired, old => old.Expire());
            _inFlight?.TrySetResult(ExpiredOutcome());
            _freshRead?.TrySetResult(ExpiredOutcome());
            return _status;
        }
    }

    private static SecretLocation[] LocationsOf(SecretBundle bundle, string @namespace)
    {
        var locations = new SecretLocation[bundle.Secrets.Count];
        for (var i = 0; i < locations.Length; i++)
        {
            var secret = bundle.Secrets[i];
            locations[i] = new SecretLocation(secret.Name, SecretName.ParseLocation(@namespace + secret.StoredName));
        }
        return locations;
    }

    private static FetchOutcome ExpiredOutcome() => new(null, SecretUnavailableException.Ended());

    private static TaskCompletionSource<FetchOutcome> NewFetch() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Under the lock: the only place where the status is written.</summary>
    private BundleStatus Change(BundleStatus next)
    {
        if (ReferenceEquals(next, _status))
            return next;
        _status = next with { Revision = _status.Revision + 1 };
        _current = next.Current;
        return _status;
    }

    /// <summary>False where a request that was sent later was answered earlier, or the process ends.</summary>
    private bool TakesAnswer(ClockReading sentAt) => !_isExpired && !sentAt.IsBefore(_status.NewestAnswer);

    private LossProof? LossAfter(SecretErrorCode error)
    {
        var code = error is SecretErrorCode.Missing ? SecretErrorCode.Deleted : error;
        if (code is not (SecretErrorCode.Denied or SecretErrorCode.LoginRejected or SecretErrorCode.Deleted))
            return _status.Loss;
        // Once confirmed, a loss stays one until the backend gives the value again, whichever of its words it uses meanwhile.
        var loss =
            _status.Loss is { } known && (known.Code == code || known.ConfirmedAt is not null)
                ? known
                : new LossProof(code, clocks.Now, null);
        return
            loss.ConfirmedAt is null
            && (code != SecretErrorCode.Deleted || clocks.Elapsed(loss.FirstAt) >= settings.DeletionProof)
            ? loss with
            {
                ConfirmedAt = clocks.Now,
            }
            : loss;
    }

    private void SetNextAttempt(FetchOutcome outcome) =>
        _nextAttemptAfter =
            outcome.Error is null ? Shortened(settings.Refresh)
            : _status.Loss is { ConfirmedAt: null } ? settings.DeletionProof
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
}
