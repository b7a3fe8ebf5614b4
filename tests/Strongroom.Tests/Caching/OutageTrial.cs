using Strongroom.Backends;
using Strongroom.Breaker;
using Strongroom.Tests.Support;
using static Strongroom.Tests.Caching.OutageStep;

namespace Strongroom.Tests.Caching;

/// <summary>
/// Does the same to a composed manager and to the model, and compares them after each step. What it says holds no value.
/// </summary>
internal sealed class OutageTrial : IDisposable
{
    private const string Other = "database/password";
    private static readonly TimeSpan s_attempt = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    private static int s_trials;

    private readonly bool _hasProbe;
    private readonly ProgrammableBackend _backend = new()
    {
        Capabilities = new BackendCapabilities { Versions = true, ReusesVersions = true },
    };
    private readonly Dictionary<SecretRequest, ModelTime> _sent = [];
    private readonly InMemoryTripStore _trips = new();
    private readonly OutageModel _model;
    private readonly Dictionary<string, int> _revisions = new() { [Fixture.Alpaca] = 1, [Other] = 1 };
    private readonly Dictionary<string, SecretErrorCode> _faults = [];
    private readonly HashSet<int> _revoked = [];
    private bool _brokerIsAway;
    private Fixture _fixture;
    private (SecretSet Set, int Revision, ModelTime ReadAt)? _kept;
    private (ModelTime SentAt, Task Round)? _hanging;
    private readonly Dictionary<string, ModelTime> _asked = [];
    private ModelTime? _hangingFresh;
    private bool _hangs;

    private OutageTrial(bool hasProbe)
    {
        _hasProbe = hasProbe;
        _model = new OutageModel(hasProbe, Verdict, revision => _backend.VersionOf(Fixture.Alpaca, revision));
        _backend.Asked = request => _sent[request] = _asked[request.Path.Path] = _model.Now;
        _backend.Answered = TellModel;
        _fixture = CreateRoom();
    }

    public static async Task RunAsync(bool hasProbe, IReadOnlyList<OutageStep> steps)
    {
        using var trial = new OutageTrial(hasProbe);
        await trial.StartAsync();
        for (var i = 0; i < steps.Count; i++)
        {
            await trial.PassAsync(TimeSpan.FromSeconds(1)); // each step has a moment of its own
            await trial.TakeAsync(steps[i]);
            await trial.TickAsync();
            await trial.CompareAsync($"step {i + 1}, {steps[i]}");
        }
    }

    public void Dispose()
    {
        _backend.Unhang(Other);
        _fixture.Dispose();
        // A journal's 17 MiB stay on the disk until its mapping is collected, and a long search makes thousands of them.
        if (Interlocked.Increment(ref s_trials) % 100 == 0)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private Fixture CreateRoom() =>
        new(probes: _hasProbe ? [new BrokerProbe(this)] : [], trips: _trips, backend: _backend, failuresToBreak: int.MaxValue);

    private async Task StartAsync()
    {
        await _fixture.StartAsync();
        await TickAsync();
    }

    private async Task TakeAsync(OutageStep step)
    {
        var amount = TimeSpan.FromSeconds(step.Amount);
        switch (step.What)
        {
            case Kind.Pass:
                for (var i = 0; i < step.Amount; i++)
                    await PassAsync(TimeSpan.FromSeconds(1));
                break;
            case Kind.Skip:
                await PassAsync(amount);
                break;
            case Kind.Starve:
                // Every thread of the pool is blocked: no timer and no refresh runs, and the watch does.
                await PassAsync(amount / 2, isStarved: true);
                await PassAsync(amount / 2, isStarved: true);
                Require(_fixture.Breaker.Permission == _model.Permission(), "the permission outlived what it rests on");
                Require(_fixture.State().Version is null == _model.Alpaca.BundleReadResult is null, "a value outlived its end");
                break;
            case Kind.SkipToTheEnd when _model.Alpaca.Held is not null:
                var toTheEnd = OutageModel.Hour - _model.Now.Since(_model.Alpaca.Validated) + amount;
                await PassAsync(toTheEnd > TimeSpan.Zero ? toTheEnd : TimeSpan.FromSeconds(1));
                break;
            case Kind.Suspend:
                Suspend(amount);
                break;
            case Kind.SuspendInAFetch when !_hangs:
                _backend.Hang(Other);
                var fetch = _fixture.Runtime.RefreshAsync(CancellationToken.None).AsTask();
                Suspend(amount);
                _backend.Unhang(Other);
                await fetch.WaitAsync(s_limit, TimeProvider.System);
                break;
            case Kind.SetWall:
                _fixture.SetWall(amount);
                _model.Now = _model.Now with { Wall = _model.Now.Wall + amount };
                break;
            case Kind.StepBoot:
                _fixture.StepBoot(amount);
                _model.Now = _model.Now with { Boot = _model.Now.Boot + amount };
                break;
            case Kind.StepMonotonic when !_hangs:
                _fixture.StepMonotonic(amount);
                _model.Now = _model.Now with { Monotonic = _model.Now.Monotonic + amount };
                break;
            case Kind.Fail:
                Fail(Fixture.Alpaca, Faults[step.Amount]);
                break;
            case Kind.FailOther:
                Fail(Other, Faults[step.Amount]);
                break;
            case Kind.Heal or Kind.HealOther:
                var healed = step.What == Kind.Heal ? Fixture.Alpaca : Other;
                _backend.Heal(healed);
                _faults.Remove(healed);
                break;
            case Kind.Rotate or Kind.RotateOther:
                var rotated = step.What == Kind.Rotate ? Fixture.Alpaca : Other;
                _backend.Rotate(rotated);
                _faults.Remove(rotated);
                _revisions[rotated]++;
                break;
            case Kind.Remake:
                _backend.Remake(Fixture.Alpaca);
                _faults.Remove(Fixture.Alpaca);
                _revisions[Fixture.Alpaca]++;
                break;
            case Kind.Hang when !_hangs:
                _backend.Hang(Other);
                _hangs = true;
                break;
            case Kind.Unhang:
                await UnhangAsync();
                break;
            case Kind.Revoke:
                _revoked.Add(_revisions[Fixture.Alpaca]);
                break;
            case Kind.BrokerAway or Kind.BrokerBack:
                _brokerIsAway = step.What == Kind.BrokerAway;
                break;
            case Kind.Use or Kind.Keep or Kind.RejectForNoReason:
                await UseAsync(step.What);
                break;
            case Kind.RejectKept when _kept is { } kept:
                await ReportAsync(kept.Set, kept.Revision, kept.ReadAt);
                break;
            case Kind.AcceptKept when _kept is { } kept:
                _fixture.Reports.ReportAccepted(kept.Set);
                _model.Accepted(kept.Revision, kept.ReadAt);
                break;
            case Kind.Clear:
                var clearedAt = _model.Now;
                foreach (var trip in _fixture.Breaker.Uncleared)
                    Require(
                        await _fixture.Breaker.ClearAsync(trip.Id, "operator", "a test", CancellationToken.None),
                        "the trip could not be cleared"
                    );
                _model.Clear(clearedAt);
                break;
            case Kind.Restart when _faults.Count == 0:
                await UnhangAsync();
                _fixture.Dispose();
                _kept = null;
                _model.Restart();
                _fixture = CreateRoom();
                await StartAsync();
                break;
        }
    }

    private void Suspend(TimeSpan time)
    {
        _fixture.Suspend(time);
        _model.Now = _model.Now with { Boot = _model.Now.Boot + time, Wall = _model.Now.Wall + time };
    }

    private void Fail(string path, SecretErrorCode code)
    {
        _backend.Fail(path, code);
        _faults[path] = code;
    }

    private async Task PassAsync(TimeSpan time, bool isStarved = false)
    {
        _model.Now = new ModelTime(_model.Now.Monotonic + time, _model.Now.Boot + time, _model.Now.Wall + time);
        _fixture.Time.Advance(time);
        if (_hanging is { } hanging && _model.Now.Monotonic - hanging.SentAt.Monotonic >= s_attempt)
        {
            await hanging.Round.WaitAsync(s_limit, TimeProvider.System);
            _hanging = null;
            _model.Failed(_model.Database, SecretErrorCode.TimedOut, hanging.SentAt);
        }
        if (_hangingFresh is { } fresh && _model.Now.Monotonic - fresh.Monotonic >= s_attempt)
        {
            await _fixture.Runtime.Watch.FreshReads.WaitAsync(s_limit, TimeProvider.System);
            _hangingFresh = null;
            _model.Failed(_model.Database, SecretErrorCode.TimedOut, fresh);
        }
        await TickAsync(isStarved);
    }

    private async Task TickAsync(bool isStarved = false)
    {
        var asked = _backend.CallsFor(Other);
        var round = isStarved ? Task.CompletedTask : _fixture.Runtime.Refresh.RoundAsync();
        var startsToHang = _hangs && _hanging is null && _backend.CallsFor(Other) > asked;
        if (startsToHang)
            _hanging = (_asked[Other], round);
        else if (_hanging is null)
            await round.WaitAsync(s_limit, TimeProvider.System);
        _model.BeginTick();
        _fixture.Runtime.Watch.Tick();
        if (_model.Database.AwaitsFresh)
            _hangingFresh ??= _asked[Other];
        else
            await _fixture.Runtime.Watch.FreshReads.WaitAsync(s_limit, TimeProvider.System);
        _model.EndTick();
        if (isStarved)
            return;
        // A throttled backend is asked for one after the other, and who comes behind one that hangs comes a tick later.
        if (!startsToHang)
            RequireFresh(_model.Alpaca, Fixture.Alpaca);
        if (_hanging is null && _hangingFresh is null)
            RequireFresh(_model.Database, Other);
    }

    private void RequireFresh(BundleModel bundle, string path)
    {
        var since = _model.Now.Monotonic - _asked[path].Monotonic;
        Require(
            since <= (bundle.LastFetchFailed ? bundle.LongestPause : TimeSpan.FromMinutes(5)),
            $"{path} was not asked for since {since}"
        );
    }

    private async Task UnhangAsync()
    {
        _backend.Unhang(Other);
        _hangs = false;
        if (_hanging is { } hanging)
            await hanging.Round.WaitAsync(s_limit, TimeProvider.System);
        await _fixture.Runtime.Watch.FreshReads.WaitAsync(s_limit, TimeProvider.System);
        (_hanging, _hangingFresh) = (null, null);
    }

    private async Task UseAsync(Kind what)
    {
        SecretSet set;
        var readAt = _model.Now;
        try
        {
            set = await _fixture.PairAsync();
        }
        catch (SecretException)
        {
            Require(_model.Alpaca.BundleReadResult is null, "a value that is valid was not served");
            return;
        }
        Require(_model.Alpaca.BundleReadResult is not null, "a value that is over was served");
        var revision = _model.Alpaca.Held!.Value;
        var verdict =
            what == Kind.RejectForNoReason ? ProbeResult.Rejected
            : what == Kind.Use ? Verdict(revision)
            : ProbeResult.Unknown;
        if (what == Kind.Keep)
            _kept = (set, revision, readAt);
        if (verdict == ProbeResult.Rejected)
            await ReportAsync(set, revision, readAt);
        if (verdict != ProbeResult.Accepted)
            return;
        _fixture.Reports.ReportAccepted(set);
        _model.Accepted(revision, readAt);
    }

    private async Task ReportAsync(SecretSet set, int revision, ModelTime readAt)
    {
        var expected = _model.Report(revision, readAt);
        var outcome = await _fixture.Reports.ReportRejectedAsync(set);
        expected ??= _model.Settle();
        Require(outcome == expected, $"the rejection came to {outcome} and not to {expected}");
        Require(
            _model.Alpaca.Suspect is null || _fixture.Breaker.Permission != CredentialPermission.All,
            "an order may open while the credential is suspect"
        );
    }

    private async Task CompareAsync(string where)
    {
        var expected = _model.Permission();
        Require(
            _fixture.Breaker.Permission == expected,
            $"the permission is {_fixture.Breaker.Permission} and not {expected} after {where}"
        );
        Require(
            _fixture.Breaker.Uncleared.Count == _model.Trips.Count,
            $"{_fixture.Breaker.Uncleared.Count} trips are uncleared and not {_model.Trips.Count} after {where}"
        );
        // A fresh read joins none that was sent before.
        Require(
            _backend.MostInFlight <= 2,
            $"{_backend.MostInFlight} fetches of one bundle were under way at once after {where}"
        );
        await CompareAsync(_model.Alpaca, "alpaca", Fixture.Alpaca, Fixture.KeyId, where);
        await CompareAsync(_model.Database, Other, Other, Fixture.Password, where);
    }

    private async Task CompareAsync(BundleModel model, string bundle, string path, SecretName name, string where)
    {
        var state = _fixture.State(bundle);
        Require(
            state.Version?.Id == (model.BundleReadResult is { } served ? $"{_backend.VersionOf(path, served)}" : null),
            $"{bundle} is at revision {state.Version} and not {model.BundleReadResult} after {where}"
        );
        Require(
            state.Condition == OutageModel.Condition(model),
            $"{bundle} is {state.Condition} and not {OutageModel.Condition(model)} after {where}"
        );
        Require(
            state.BudgetLeft == model.BudgetLeft(_model.Now),
            $"{bundle} has {state.BudgetLeft} left and not {model.BudgetLeft(_model.Now)} after {where}"
        );
        if (model.BundleReadResult is not { } revision)
            return;
        var calls = _backend.Calls;
        var secret = await _fixture.Manager.GetAsync(name);
        Require(
            ProgrammableBackend.RevisionOf(secret.CreatedAt) == revision
                && secret.Value.Reveal() == _backend.ValueOf(path, revision),
            $"{bundle} served another value than that of revision {revision} after {where}"
        );
        Require(_backend.Calls == calls, $"a hit on {bundle} asked the backend after {where}");
    }

    private ProbeResult Verdict(int revision) =>
        _brokerIsAway ? ProbeResult.Unknown
        : _revoked.Contains(revision) ? ProbeResult.Rejected
        : ProbeResult.Accepted;

    private void TellModel(SecretReadResult answer)
    {
        var path = answer.Request.Path.Path;
        if (path is not (Fixture.Alpaca or Other))
            return;
        var (bundle, sentAt) = (path == Other ? _model.Database : _model.Alpaca, _sent[answer.Request]);
        _sent.Remove(answer.Request);
        if (answer.Succeeded)
            _model.Answered(bundle, sentAt, ProgrammableBackend.RevisionOf(answer.CreatedAt));
        else
            _model.Failed(bundle, answer.Error.Code, sentAt);
    }

    private static void Require(bool isSo, string otherwise)
    {
        if (!isSo)
            throw new InvalidOperationException(otherwise);
    }

    /// <summary>The broker, and the model's ear at it.</summary>
    private sealed class BrokerProbe(OutageTrial trial) : IBundleProbe
    {
        public string Bundle => "alpaca";

        public ValueTask<ProbeResult> TryAsync(SecretSet candidate, CancellationToken ct)
        {
            var revision = ProgrammableBackend.RevisionOf(candidate[0].CreatedAt);
            var verdict = trial.Verdict(revision);
            if (verdict == ProbeResult.Accepted)
                trial._model.Alpaca.Proven = (revision, trial._model.Now);
            return new(verdict);
        }
    }
}
