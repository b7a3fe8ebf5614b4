using Strongroom.Audit;
using Strongroom.Backends;

namespace Strongroom.Caching;

/// <summary>How a fetch ended for one bundle.</summary>
internal readonly record struct FetchOutcome(BundleSnapshot? Snapshot, SecretException? Error);

/// <summary>
/// What is remembered of one bundle, and the only place in which values live. Each bundle has its own, so that one that hangs or
/// fails delays nothing else. Reads take <see cref="Current"/>; changes go through the methods, under the cell's lock.
/// </summary>
internal sealed class BundleCell(SecretBundle bundle, string @namespace, Clocks clocks, CacheSettings settings)
{
    /// <summary>How much of a time is left of it at least, after jitter.</summary>
    internal const double ShortestShare = 0.8;

    private readonly Lock _gate = new();
    private readonly List<BundleSnapshot> _retired = [];
    private volatile BundleSnapshot? _current;
    private TaskCompletionSource<FetchOutcome>? _inFlight;
    private LossProof? _loss;
    private Moment _lastAttempt = clocks.Now;
    private TimeSpan _nextAttemptAfter = TimeSpan.Zero;

    internal SecretBundle Bundle { get; } = bundle;

    /// <summary>The bundle's names in the backend, namespace included.</summary>
    internal IReadOnlyList<SecretPlace> Places { get; } =
        [.. bundle.Secrets.Select(secret => new SecretPlace(secret.Name, SecretName.ParsePlace(@namespace + secret.At)))];

    internal BundleSnapshot? Current => _current;

    /// <summary>Why the last fetch failed; null where it did not.</summary>
    internal SecretException? LastError { get; private set; }

    /// <summary>A rejection by the counterparty that is not settled.</summary>
    internal Suspicion? Suspicion { get; set; }

    /// <summary>The generation that the counterparty last accepted; empty where it said nothing yet.</summary>
    internal SecretVersion Accepted { get; set; }

    /// <summary>The generation that the probe found accepted, and when it asked.</summary>
    internal ProbeProof? Proven { get; set; }

    internal bool IsThrottled => LastError is { Code: SecretErrorCode.Throttled };

    internal bool IsConfirmedSince(Moment since) => _current is { } current && current.ValidatedAt.Timestamp >= since.Timestamp;

    internal bool IsProvenSince(Moment since) => _current is { } current && Proven is { } proven
        && proven.Generation == current.Version && proven.AskedAt.Timestamp >= since.Timestamp;

    /// <summary>Set once the backend has surely denied or deleted it.</summary>
    internal bool IsLost => _loss is { ConfirmedAt: not null };

    internal BundleCondition Condition =>
        _current is null ? BundleCondition.Halted
        : Suspicion is not null ? BundleCondition.Suspect
        : LastError is not null ? BundleCondition.Degraded
        : BundleCondition.Healthy;

    /// <summary>How long the value may still be served if nothing confirms it; zero where there is none.</summary>
    internal TimeSpan BudgetLeft
    {
        get
        {
            if (_current is not { } current)
                return TimeSpan.Zero;
            var left = settings.Ttl - clocks.Since(current.ValidatedAt);
            if (settings.AllEndsAt is { } end && end - clocks.Now.Wall < left)
                left = end - clocks.Now.Wall;
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    internal bool IsRefreshDue
    {
        get
        {
            lock (_gate)
                return _inFlight is null && clocks.Since(_lastAttempt) >= _nextAttemptAfter;
        }
    }

    /// <summary>True where it could be due by now, had its jitter been as short as can be: a call that goes out anyway may take it along.</summary>
    internal bool IsRefreshNear
    {
        get
        {
            lock (_gate)
                return _inFlight is null && LastError is null && clocks.Since(_lastAttempt) >= settings.Refresh * ShortestShare;
        }
    }

    /// <summary>Joins the fetch in flight, or begins one that the caller must then carry out and <see cref="Complete"/>.</summary>
    internal Task<FetchOutcome> JoinOrBegin(out bool began)
    {
        lock (_gate)
        {
            began = _inFlight is null;
            _inFlight ??= new TaskCompletionSource<FetchOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
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
            _nextAttemptAfter = outcome.Error is null ? Shortened(settings.Refresh)
                : _loss is { ConfirmedAt: null } ? settings.DeletionProof
                : outcome.Error is SecretUnavailableException { Code: SecretErrorCode.Throttled } throttled ? AfterThrottling(throttled.RetryAfter)
                : settings.FailedRefresh + Shortened(settings.FailedRefresh);
        }
        waiting?.TrySetResult(outcome);
    }

    /// <summary>The backend confirmed a generation; null where that is not the one in memory, or no longer.</summary>
    internal BundleSnapshot? Confirm(SecretVersion version, Moment sentAt, bool validates)
    {
        lock (_gate)
        {
            // Under the lock: a snapshot that the watch has just taken away is zeroed, and must not come back.
            if (_current is not { } held || held.Version != version)
                return null;
            LastError = null;
            _loss = null;
            return _current = validates ? held.Confirmed(sentAt) : held;
        }
    }

    /// <summary>A new generation takes the place of the one in memory, whose values live on until their own hour ends.</summary>
    internal BundleSnapshot Adopt(Secret[] secrets, SecretVersion version, Moment sentAt)
    {
        lock (_gate)
        {
            if (_current is { } old)
                _retired.Add(old);
            LastError = null;
            _loss = null;
            if (Suspicion?.Generation != version)
                Suspicion = null;
            return _current = new BundleSnapshot(secrets, version, sentAt, AccessSource.Cache);
        }
    }

    /// <summary>A fetch failed: what is in memory is stale from now on, and a denial or deletion begins to count.</summary>
    internal void Fail(SecretException error)
    {
        lock (_gate)
        {
            LastError = error;
            _current = _current?.AsStale();
            var code = error.Code is SecretErrorCode.Missing ? SecretErrorCode.Deleted : error.Code;
            if (code is not (SecretErrorCode.Denied or SecretErrorCode.LoginRejected or SecretErrorCode.Deleted))
                return;
            // Once confirmed, a loss stays one until the backend gives the value again, whichever of its words it uses meanwhile.
            var loss = _loss is { } known && (known.Code == code || known.ConfirmedAt is not null) ? known : new LossProof(code, clocks.Now, null);
            if (loss.ConfirmedAt is null && (code != SecretErrorCode.Deleted || clocks.Since(loss.FirstAt) >= settings.DeletionProof))
                loss = loss with { ConfirmedAt = clocks.Now };
            _loss = loss;
        }
    }

    /// <summary>Drops what has ended: retired values past their hour, and the value itself. Says what was lost, or null.</summary>
    internal SecretErrorCode? DropEnded()
    {
        lock (_gate)
        {
            _retired.RemoveAll(old =>
            {
                var over = clocks.Since(old.ValidatedAt) + settings.Tick >= settings.Ttl;
                if (over)
                    old.End();
                return over;
            });

            if (_current is not { } current)
                return null;
            // One tick early, so that between two ticks nothing is served past the hour.
            SecretErrorCode? lost =
                BudgetLeft <= settings.Tick ? SecretErrorCode.Expired
                : _loss is { ConfirmedAt: { } confirmed } loss && clocks.Since(confirmed) >= settings.DeniedGrace ? loss.Code
                : null;
            if (lost is null)
                return null;
            _current = null;
            current.End();
            return lost;
        }
    }

    /// <summary>Zeroes everything, at the end of the process.</summary>
    internal void End()
    {
        lock (_gate)
        {
            _current?.End();
            _retired.ForEach(old => old.End());
            _current = null;
            _retired.Clear();
            _inFlight?.TrySetResult(new FetchOutcome(null, SecretUnavailableException.Ended()));
        }
    }

    /// <summary>
    /// A whole fleet may share what the backend grants, and one that comes too soon keeps the others out. So the time until the value
    /// ends decides: who has little of it comes soon, who has much comes later, and all are spread.
    /// </summary>
    private TimeSpan AfterThrottling(TimeSpan? asked)
    {
        var pause = BudgetLeft / 16 * (1 + (Random.Shared.NextDouble() * 2));
        pause = TimeSpan.FromTicks(Math.Clamp(pause.Ticks, (settings.FailedRefresh + Shortened(settings.FailedRefresh)).Ticks, settings.Refresh.Ticks));
        return asked > pause ? asked.Value : pause;
    }

    /// <summary>Jitter that only shortens: 80 to 100 % of a time, so that many instances do not come at once.</summary>
    private static TimeSpan Shortened(TimeSpan time) => time * (ShortestShare + (Random.Shared.NextDouble() * (1 - ShortestShare)));

    internal sealed record ProbeProof(SecretVersion Generation, Moment AskedAt);

    private sealed record LossProof(SecretErrorCode Code, Moment FirstAt, Moment? ConfirmedAt);
}
