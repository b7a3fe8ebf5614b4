using Strongroom.Breaker;

namespace Strongroom.Tests.Caching;

/// <summary>Time as the three clocks show it.</summary>
internal readonly record struct ModelTime(TimeSpan Monotonic, TimeSpan Boot, TimeSpan Wall)
{
    /// <summary>How long ago, at worst.</summary>
    public TimeSpan Since(ModelTime then) =>
        new[] { Monotonic - then.Monotonic, Boot - then.Boot, Wall - then.Wall }.Max();
}

/// <summary>What promises 1 to 3 remember of one bundle.</summary>
internal sealed class BundleModel(bool halts)
{
    public bool Halts => halts;

    /// <summary>The generation in memory; null where there is none.</summary>
    public int? Held { get; set; }

    public ModelTime Validated { get; set; }

    public bool LastFetchFailed { get; set; }

    /// <summary>After a failure it is asked for again within this.</summary>
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromSeconds(30);

    public bool NewcomerRejected { get; set; }

    public (SecretErrorCode Code, ModelTime First, ModelTime? Confirmed)? Loss { get; set; }

    public SuspectModel? Suspect { get; set; }

    public (int Generation, ModelTime At)? Proven { get; set; }

    public TimeSpan BudgetLeft(ModelTime now)
    {
        var left = Held is null ? TimeSpan.Zero : OutageModel.Hour - now.Since(Validated);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}

/// <summary>What promise 4 remembers of a rejected generation.</summary>
internal sealed class SuspectModel(int generation, ModelTime rejected, ModelTime begun)
{
    public int Generation => generation;

    public ModelTime Rejected => rejected;

    public ModelTime Begun => begun;

    public ModelTime? Confirmed { get; set; }

    public RejectionOutcome Outcome { get; set; } = RejectionOutcome.Suspect;
}

/// <summary>Promises 1 to 5 said once more, in as few words as possible, with no regard for how they are kept.</summary>
internal sealed class OutageModel(bool hasProbe, Func<int, ProbeResult> verdict)
{
    public static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_halfMinute = TimeSpan.FromSeconds(30);

    private (ModelTime Since, TradingPermission Meanwhile)? _awaited = (default, TradingPermission.ReduceOnly);
    private SuspectModel? _looking;

    public ModelTime Now { get; set; }

    public BundleModel Alpaca { get; private set; } = new(halts: true);

    public BundleModel Database { get; private set; } = new(halts: false);

    /// <summary>The uncleared trips. One lost generation is one trip.</summary>
    public HashSet<(TripCause Cause, int Generation)> Trips { get; } = [];

    /// <summary>A new process remembers nothing but the trips.</summary>
    public void Restart()
    {
        (Alpaca, Database, _looking) = (new(halts: true), new(halts: false), null);
        _awaited = (Now, TradingPermission.ReduceOnly);
    }

    public void Clear()
    {
        if (Trips.Count > 0)
            _awaited = (Now, TradingPermission.Halted);
        Trips.Clear();
    }

    public void Answered(BundleModel bundle, ModelTime sentAt, int generation)
    {
        if (Now.Since(sentAt) >= Hour - s_second)
        {
            (bundle.LastFetchFailed, bundle.LongestPause) = (true, s_halfMinute);
            return;
        }
        bundle.NewcomerRejected = bundle.Halts && bundle.Held is { } held && held != generation && Verdict(generation) == ProbeResult.Rejected;
        (bundle.LastFetchFailed, bundle.LongestPause) = (bundle.NewcomerRejected, s_halfMinute);
        if (bundle.NewcomerRejected)
            return;
        (bundle.Held, bundle.Validated, bundle.Loss) = (generation, sentAt, null);
        if (bundle.Suspect?.Generation != generation)
            bundle.Suspect = null;
    }

    public void Failed(BundleModel bundle, SecretErrorCode code)
    {
        (bundle.LastFetchFailed, bundle.NewcomerRejected) = (true, false);
        // A backend that asks to slow down is asked the less, the more is left.
        var share = TimeSpan.FromSeconds(Math.Min(300, bundle.BudgetLeft(Now).TotalSeconds * 3 / 16));
        bundle.LongestPause = code == SecretErrorCode.Throttled && share > s_halfMinute ? share : s_halfMinute;
        code = code == SecretErrorCode.Missing ? SecretErrorCode.Deleted : code;
        if (code is not (SecretErrorCode.Denied or SecretErrorCode.LoginRejected or SecretErrorCode.Deleted) || bundle.Loss?.Confirmed is not null)
            return;
        var first = bundle.Loss is { } known && known.Code == code ? known.First : Now;
        var confirmed = code != SecretErrorCode.Deleted || Now.Since(first) >= s_halfMinute;
        bundle.Loss = (code, first, confirmed ? Now : null);
    }

    /// <summary>The watch looks: what is over is gone, and a suspect that could not be looked into for half a minute is looked into again.</summary>
    public void BeginTick()
    {
        foreach (var bundle in new[] { Alpaca, Database })
        {
            TripCause? lost =
                bundle.Held is null ? null
                : Now.Since(bundle.Validated) >= Hour - s_second ? TripCause.Expired
                : bundle.Loss?.Confirmed is { } confirmed && Now.Since(confirmed) >= TimeSpan.FromMinutes(10)
                    ? bundle.Loss?.Code == SecretErrorCode.Deleted ? TripCause.Deleted : TripCause.Denied
                : null;
            if (lost is null)
                continue;
            bundle.Held = null;
            if (bundle.Halts)
                Trips.Add((lost.Value, 0));
        }
        if (Alpaca.Suspect is { } suspect && IsDue(suspect))
            LookInto(suspect.Generation, suspect.Rejected);
    }

    public void EndTick()
    {
        Settle();
        Permission(); // what is proven by now is proven, whatever comes later
    }

    /// <summary>A generation is reported as rejected; null where the answer rests on a forced read, which <see cref="Settle"/> ends.</summary>
    public RejectionOutcome? Report(int generation, ModelTime readAt)
    {
        if (Alpaca.Held is { } held && held != generation)
            return RejectionOutcome.Superseded;
        if (Alpaca.Suspect is { } suspect && suspect.Generation == generation)
        {
            if (suspect.Confirmed is { } confirmed && readAt.Monotonic >= confirmed.Monotonic)
                return Trip(generation);
            if (!IsDue(suspect))
                return suspect.Outcome;
        }
        LookInto(generation, Now);
        return null;
    }

    public void Accepted(int generation)
    {
        if (Alpaca.Suspect is { Confirmed: not null } suspect && suspect.Generation == generation)
            Alpaca.Suspect = null;
    }

    /// <summary>What the forced read, if there was one, and the counterparty came to.</summary>
    public RejectionOutcome Settle()
    {
        if (_looking is not { } suspect)
            return RejectionOutcome.Superseded;
        _looking = null;
        if (Alpaca.Held is { } held && held != suspect.Generation)
            return suspect.Outcome = RejectionOutcome.Adopted;
        if (Alpaca.NewcomerRejected)
            return suspect.Outcome = Trip(suspect.Generation);
        if (Alpaca.LastFetchFailed || Alpaca.Held is null)
            return RejectionOutcome.Suspect;
        switch (Verdict(suspect.Generation))
        {
            case ProbeResult.Accepted:
                Alpaca.Suspect = null;
                return suspect.Outcome = RejectionOutcome.Adopted;
            case ProbeResult.Rejected:
                return suspect.Outcome = Trip(suspect.Generation);
            default:
                suspect.Confirmed = Now;
                return RejectionOutcome.Suspect;
        }
    }

    public TradingPermission Permission()
    {
        if (Trips.Count > 0)
            return TradingPermission.Halted;
        if (_awaited is { } awaited)
        {
            var confirmed = Alpaca.Held is not null && Alpaca.Validated.Monotonic >= awaited.Since.Monotonic;
            var proven = !hasProbe || (Alpaca.Proven is { } proof && proof.Generation == Alpaca.Held && proof.At.Monotonic >= awaited.Since.Monotonic);
            if (!confirmed || !proven)
                return awaited.Meanwhile;
            _awaited = null;
            var settled = hasProbe ? Alpaca.Proven!.Value.At : awaited.Since;
            if (Alpaca.Suspect?.Rejected.Monotonic <= settled.Monotonic)
                Alpaca.Suspect = null;
        }
        return Alpaca.Held is null || Alpaca.Suspect is not null || Alpaca.Loss?.Confirmed is not null || Alpaca.BudgetLeft(Now) <= TimeSpan.FromMinutes(20)
            ? TradingPermission.ReduceOnly
            : TradingPermission.All;
    }

    public static BundleCondition Condition(BundleModel bundle) =>
        bundle.Held is null ? BundleCondition.Halted
        : bundle.Suspect is not null ? BundleCondition.Suspect
        : bundle.LastFetchFailed ? BundleCondition.Degraded
        : BundleCondition.Healthy;

    private ProbeResult Verdict(int generation) => hasProbe ? verdict(generation) : ProbeResult.Unknown;

    private bool IsDue(SuspectModel suspect) => suspect.Confirmed is null && Now.Since(suspect.Begun) >= s_halfMinute;

    private void LookInto(int generation, ModelTime rejected) => Alpaca.Suspect = _looking = new SuspectModel(generation, rejected, Now);

    private RejectionOutcome Trip(int generation)
    {
        Trips.Add((TripCause.Rejected, generation));
        return RejectionOutcome.Tripped;
    }
}
