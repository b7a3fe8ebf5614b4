using Strongroom.Breaker;

namespace Strongroom.Tests.Caching;

/// <summary>Time as the three clocks show it, and which of two moments came first.</summary>
internal readonly record struct ModelTime(TimeSpan Monotonic, TimeSpan Boot, TimeSpan Wall)
{
    public int Order { get; init; }

    /// <summary>How long ago, at worst.</summary>
    public TimeSpan Since(ModelTime then) => new[] { Elapsed(then), Wall - then.Wall }.Max();

    /// <summary>How long ago by the monotonic clocks.</summary>
    public TimeSpan Elapsed(ModelTime then) => new[] { Monotonic - then.Monotonic, Boot - then.Boot }.Max();
}

/// <summary>What promises 1 to 3 remember of one bundle.</summary>
internal sealed class BundleModel(bool halts)
{
    public bool Halts => halts;

    /// <summary>The revision in memory; null where there is none.</summary>
    public int? Held { get; set; }

    public ModelTime Validated { get; set; }

    public bool LastFetchFailed { get; set; }

    /// <summary>After a failure it is asked for again within this.</summary>
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromSeconds(30);

    public bool NewcomerRejected { get; set; }

    public (SecretErrorCode Code, ModelTime First, ModelTime? Confirmed)? Loss { get; set; }

    public SuspectModel? Suspect { get; set; }

    public (int Revision, ModelTime At)? Proven { get; set; }

    /// <summary>When the newest request was sent that was answered.</summary>
    public int NewestAnswer { get; set; }

    /// <summary>Over by the wall clock alone: it is given to no caller.</summary>
    public bool Parked { get; set; }

    /// <summary>Since when a fresh read is to decide; null where none is.</summary>
    public int? FreshSince { get; set; }

    public bool AwaitsFresh => FreshSince is not null;

    /// <summary>Down to what a failed fresh read made the wall clock believed.</summary>
    public int Believed { get; set; }

    public int? BundleReadResult => Parked ? null : Held;

    public TimeSpan BudgetLeft(ModelTime now)
    {
        var left =
            BundleReadResult is null ? TimeSpan.Zero
            : NeedsFresh(now) ? Ends(now, byWall: false).Left
            : Ends(now, byWall: true).Left;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    public (TimeSpan Left, TripCause Cause) Ends(ModelTime now, bool byWall)
    {
        TimeSpan Past(ModelTime then) => byWall ? now.Since(then) : now.Elapsed(then);
        var left = OutageModel.Hour - Past(Validated);
        var grace = Loss?.Confirmed is { } confirmed ? TimeSpan.FromMinutes(10) - Past(confirmed) : TimeSpan.MaxValue;
        return grace < left
            ? (grace, Loss!.Value.Code == SecretErrorCode.Deleted ? TripCause.Deleted : TripCause.Denied)
            : (left, TripCause.Expired);
    }

    public bool IsOver(ModelTime now, bool byWall) =>
        Ends(now, byWall) is var end && end.Left <= (end.Cause == TripCause.Expired ? TimeSpan.FromSeconds(1) : TimeSpan.Zero);

    public bool NeedsFresh(ModelTime now) => Mark(now, byWall: true) > Math.Max(Believed, Mark(now, byWall: false));

    public int Mark(ModelTime now, bool byWall) =>
        IsOver(now, byWall) ? 100 : s_marks.Count(minutes => Ends(now, byWall).Left <= TimeSpan.FromMinutes(minutes));

    private static readonly int[] s_marks = [45, 30, 20, 15, 5];
}

/// <summary>What promise 4 remembers of a rejected revision.</summary>
internal sealed class SuspectModel(int revision, ModelTime rejected, ModelTime begun)
{
    public int Revision => revision;

    public ModelTime Rejected => rejected;

    public ModelTime Begun => begun;

    public ModelTime? Confirmed { get; set; }

    /// <summary>When the newest that was rejected had been read.</summary>
    public int NewestRejected { get; set; }

    public RejectionOutcome Outcome { get; set; } = RejectionOutcome.Suspect;
}

/// <summary>Promises 1 to 5 said once more, in as few words as possible, with no regard for how they are kept.</summary>
internal sealed class OutageModel(bool hasProbe, Func<int, ProbeResult> verdict, Func<int, int> number)
{
    public static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_halfMinute = TimeSpan.FromSeconds(30);

    private (ModelTime Since, CredentialPermission Meanwhile)? _awaited = (default, CredentialPermission.Restricted);
    private SuspectModel? _looking;
    private ModelTime _now;
    private int _order;

    /// <summary>Each look at it is a moment of its own.</summary>
    public ModelTime Now
    {
        get => _now with { Order = ++_order };
        set => _now = value;
    }

    public BundleModel Alpaca { get; private set; } = new(halts: true);

    public BundleModel Database { get; private set; } = new(halts: false);

    /// <summary>The uncleared trips. One lost revision is one trip.</summary>
    public HashSet<(TripCause Cause, int Revision)> Trips { get; } = [];

    /// <summary>A new process remembers nothing but the trips.</summary>
    public void Restart()
    {
        (Alpaca, Database, _looking) = (new(halts: true), new(halts: false), null);
        _awaited = (Now, CredentialPermission.Restricted);
    }

    public void Clear(ModelTime at)
    {
        if (Trips.Count > 0)
            _awaited = (at, CredentialPermission.Halted);
        Trips.Clear();
    }

    public void Answered(BundleModel bundle, ModelTime sentAt, int revision)
    {
        if (Now.Elapsed(sentAt) >= Hour - s_second)
        {
            (bundle.LastFetchFailed, bundle.LongestPause) = (true, s_halfMinute);
            return;
        }
        if (Now.Since(sentAt) >= Hour - s_second)
            return; // too old by the wall clock alone: asked for again
        if (sentAt.Order < bundle.NewestAnswer)
            return;
        bundle.NewestAnswer = sentAt.Order;
        bundle.NewcomerRejected =
            bundle.Halts && bundle.Held is { } held && held != revision && Verdict(revision) == ProbeResult.Rejected;
        (bundle.LastFetchFailed, bundle.LongestPause) = (bundle.NewcomerRejected, s_halfMinute);
        if (bundle.NewcomerRejected)
        {
            SettleFresh(bundle, sentAt);
            return;
        }
        (bundle.Parked, bundle.Believed) = (false, 0);
        (bundle.Held, bundle.Validated, bundle.Loss) = (revision, sentAt, null);
        if (bundle.Suspect?.Revision != revision)
            bundle.Suspect = null;
        SettleFresh(bundle, sentAt);
    }

    public void Failed(BundleModel bundle, SecretErrorCode code, ModelTime sentAt)
    {
        if (sentAt.Order >= bundle.NewestAnswer)
            Failed(bundle, code);
        bundle.NewestAnswer = Math.Max(bundle.NewestAnswer, sentAt.Order);
        SettleFresh(bundle, sentAt);
    }

    private void Failed(BundleModel bundle, SecretErrorCode code)
    {
        (bundle.LastFetchFailed, bundle.NewcomerRejected) = (true, false);
        // A backend that asks to slow down is asked the less, the more is left.
        var share = TimeSpan.FromSeconds(Math.Min(300, bundle.BudgetLeft(Now).TotalSeconds * 3 / 16));
        bundle.LongestPause = code == SecretErrorCode.Throttled && share > s_halfMinute ? share : s_halfMinute;
        code = code == SecretErrorCode.Missing ? SecretErrorCode.Deleted : code;
        if (
            code is not (SecretErrorCode.Denied or SecretErrorCode.LoginRejected or SecretErrorCode.Deleted)
            || bundle.Loss?.Confirmed is not null
        )
            return;
        var first = bundle.Loss is { } known && known.Code == code ? known.First : Now;
        var confirmed = code != SecretErrorCode.Deleted || Now.Elapsed(first) >= s_halfMinute;
        bundle.Loss = (code, first, confirmed ? Now : null);
    }

    /// <summary>
    /// The watch looks: what is over is gone, and a suspect that could not be looked into for half a minute is looked into again.
    /// </summary>
    public void BeginTick()
    {
        foreach (var bundle in new[] { Alpaca, Database })
        {
            if (bundle.Held is null)
                continue;
            if (bundle.IsOver(Now, byWall: false))
            {
                Drop(bundle, bundle.Ends(Now, byWall: false).Cause);
                continue;
            }
            if (bundle.NeedsFresh(Now))
                bundle.FreshSince ??= Now.Order;
            if (bundle.IsOver(Now, byWall: true) && !bundle.AwaitsFresh)
                Drop(bundle, bundle.Ends(Now, byWall: true).Cause);
            else if (bundle.IsOver(Now, byWall: true))
                bundle.Parked = true;
        }
        if (!Alpaca.AwaitsFresh)
            LookAgainIfDue();
    }

    private void LookAgainIfDue()
    {
        if (Alpaca.Suspect is { } suspect && IsDue(suspect))
            LookInto(suspect.Revision, suspect.Rejected, suspect.NewestRejected);
    }

    /// <summary>The fresh read has decided: it confirmed the value, or the wall clock is believed.</summary>
    private void SettleFresh(BundleModel bundle, ModelTime sentAt)
    {
        if (!(sentAt.Order > bundle.FreshSince))
            return;
        bundle.FreshSince = null;
        if (bundle.LastFetchFailed && bundle.Held is not null)
        {
            bundle.Believed = bundle.Mark(Now, byWall: true);
            if (bundle.IsOver(Now, byWall: true))
                Drop(bundle, bundle.Ends(Now, byWall: true).Cause);
            bundle.Parked = false;
        }
        if (bundle == Alpaca)
            LookAgainIfDue();
    }

    private void Drop(BundleModel bundle, TripCause cause)
    {
        (bundle.Held, bundle.Parked, bundle.Believed) = (null, false, 0);
        if (bundle.Halts)
            Trips.Add((cause, 0));
    }

    public void EndTick()
    {
        Settle();
        Permission(); // what is proven by now is proven, whatever comes later
    }

    /// <summary>
    /// A revision is reported as rejected; null where the answer rests on a forced read, which <see cref="Settle"/> ends.
    /// </summary>
    public RejectionOutcome? Report(int revision, ModelTime readAt)
    {
        if (Alpaca.Held is { } held && held != revision)
            return RejectionOutcome.Superseded;
        if (Alpaca.Suspect is { } suspect && suspect.Revision == revision)
        {
            suspect.NewestRejected = Math.Max(suspect.NewestRejected, readAt.Order);
            if (suspect.Confirmed is { } confirmed && readAt.Order > confirmed.Order)
                return Trip(revision);
            if (!IsDue(suspect))
                return suspect.Outcome;
        }
        LookInto(revision, Now, Math.Max(readAt.Order, Alpaca.Suspect?.Revision == revision ? Alpaca.Suspect.NewestRejected : 0));
        return null;
    }

    public void Accepted(int revision, ModelTime readAt)
    {
        if (
            Alpaca.Suspect is { Confirmed: { } confirmed } suspect
            && suspect.Revision == revision
            && readAt.Order > confirmed.Order
            && readAt.Order >= suspect.NewestRejected
        )
            Alpaca.Suspect = null;
    }

    /// <summary>What the forced read, if there was one, and the counterparty came to.</summary>
    public RejectionOutcome Settle()
    {
        if (_looking is not { } suspect)
            return RejectionOutcome.Superseded;
        _looking = null;
        if (Alpaca.Held is { } held && held != suspect.Revision)
            return suspect.Outcome = RejectionOutcome.Adopted;
        if (Alpaca.NewcomerRejected)
            return suspect.Outcome = Trip(suspect.Revision);
        if (Alpaca.LastFetchFailed || Alpaca.Held is null)
            return RejectionOutcome.Suspect;
        switch (Verdict(suspect.Revision))
        {
            case ProbeResult.Accepted:
                Alpaca.Suspect = null;
                return suspect.Outcome = RejectionOutcome.Adopted;
            case ProbeResult.Rejected:
                return suspect.Outcome = Trip(suspect.Revision);
            default:
                suspect.Confirmed = Now;
                return RejectionOutcome.Suspect;
        }
    }

    public CredentialPermission Permission()
    {
        if (Trips.Count > 0)
            return CredentialPermission.Halted;
        if (_awaited is { } awaited)
        {
            var confirmed = Alpaca.Held is not null && Alpaca.Validated.Order >= awaited.Since.Order;
            var proven =
                !hasProbe
                || (Alpaca.Proven is { } proof && proof.Revision == Alpaca.Held && proof.At.Order >= awaited.Since.Order);
            if (!confirmed || !proven)
                return awaited.Meanwhile;
            _awaited = null;
            var settled = hasProbe ? Alpaca.Proven!.Value.At : awaited.Since;
            if (Alpaca.Suspect?.Rejected.Order <= settled.Order && Alpaca.Suspect.NewestRejected <= settled.Order)
                Alpaca.Suspect = null;
        }
        return
            Alpaca.BundleReadResult is null
            || Alpaca.Suspect is not null
            || Alpaca.Loss?.Confirmed is not null
            || Alpaca.Ends(Now, byWall: true).Left <= TimeSpan.FromMinutes(20)
            ? CredentialPermission.Restricted
            : CredentialPermission.All;
    }

    public static BundleCondition Condition(BundleModel bundle) =>
        bundle.BundleReadResult is null ? BundleCondition.Unavailable
        : bundle.Suspect is not null ? BundleCondition.Suspect
        : bundle.LastFetchFailed ? BundleCondition.Degraded
        : BundleCondition.Healthy;

    private ProbeResult Verdict(int revision) => hasProbe ? verdict(revision) : ProbeResult.Unknown;

    private bool IsDue(SuspectModel suspect) => suspect.Confirmed is null && Now.Elapsed(suspect.Begun) >= s_halfMinute;

    private void LookInto(int revision, ModelTime rejected, int newest) =>
        Alpaca.Suspect = _looking = new SuspectModel(revision, rejected, Now) { NewestRejected = newest };

    private RejectionOutcome Trip(int revision)
    {
        Trips.Add((TripCause.Rejected, number(revision)));
        return RejectionOutcome.Tripped;
    }
}
