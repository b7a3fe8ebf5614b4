using System.Collections.Concurrent;
using Strongroom.Bundles;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Caching;

/// <summary>
/// Eight threads change the state of one bundle at once. Each change has a revision, so the calls can be put in the order in
/// which they were decided and be replayed against a model, which has to decide the same.
/// </summary>
public sealed class BundleStateRaceTests
{
    private const int Threads = 8;
    private const int CallsOfEach = 12_500;
    private static readonly SecretBundle s_bundle = SecretDeclaration.Parse(Fixture.Declaration).Bundles[0];

    [Theory]
    [
        InlineData(1),
        InlineData(2),
        InlineData(3),
        InlineData(4),
        InlineData(5),
        InlineData(6),
        InlineData(7),
        InlineData(8),
        InlineData(9),
        InlineData(10)
    ]
    public void State_changed_by_eight_threads_is_what_one_thread_would_have_decided(int seed)
    {
        var race = new BundleRace();
        race.Run(seed);
        race.Replay(seed);
    }

    /// <summary>The time of the call that a thread is making.</summary>
    private sealed class TimeOfCall : TimeProvider
    {
        [ThreadStatic]
        internal static long Now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(Now);
    }

    private sealed class BundleRace
    {
        private readonly CacheSettings _settings = new();
        private readonly ElapsedClock _clocks = new(new TimeOfCall(), () => TimeSpan.FromTicks(TimeOfCall.Now));
        private readonly CachedBundle _cached;
        private readonly ConcurrentQueue<PendingRejection> _pending = new();
        private readonly ConcurrentDictionary<Task, (long Began, long Ended)> _rechecks = new();
        private readonly ConcurrentBag<Secret> _secrets = [];
        private readonly Box[] _moments = new Box[64];
        private readonly List<BundleCall>[] _calls =
        [
            .. Enumerable.Range(0, Threads).Select(_ => new List<BundleCall>(CallsOfEach)),
        ];
        private long _time = TimeSpan.TicksPerDay;
        private long _order;
        private int _begun;

        public BundleRace()
        {
            TimeOfCall.Now = _time;
            _cached = new CachedBundle(s_bundle, "", _clocks, _settings);
            Array.Fill(_moments, new Box(_clocks.Now));
        }

        public void Run(int seed)
        {
            using var together = new Barrier(Threads);
            // The process ends in every second race, with a tenth of all calls still to come.
            var expiresAt = seed % 2 == 0 ? Threads * CallsOfEach / 10 * 9 : int.MaxValue;
            var faults = new ConcurrentQueue<Exception>();
            Thread[] threads =
            [
                .. Enumerable
                    .Range(0, Threads)
                    .Select(thread => new Thread(() =>
                    {
                        var random = new Random((seed * Threads) + thread);
                        together.SignalAndWait();
                        try
                        {
                            for (var i = 0; i < CallsOfEach; i++)
                            {
                                if (Interlocked.Increment(ref _begun) == expiresAt)
                                    Expire(_calls[thread]);
                                Call(random, _calls[thread]);
                            }
                        }
                        catch (Exception e)
                        {
                            faults.Enqueue(e);
                        }
                    })),
            ];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            Assert.Empty(faults);
        }

        public void Replay(int seed)
        {
            var model = new BundleStateModel(_settings.Ttl, _settings.DeniedGrace, IsRechecked);
            var revision = 0L;
            var seen = new HashSet<(BundleStep, int)>();
            foreach (
                var calls in _calls.SelectMany(calls => calls).GroupBy(call => call.After.Revision).OrderBy(calls => calls.Key)
            )
            {
                var rest = calls.ToList();
                if (calls.Key != revision)
                {
                    Assert.Equal(revision + 1, calls.Key);
                    model = MakerOf(rest, model, seed);
                    revision = calls.Key;
                }
                foreach (var call in rest)
                {
                    var copy = model.Copy();
                    Assert.True(
                        copy.Takes(call),
                        $"Seed {seed}: {call.Step} decided {call.Decision} at revision {revision}, where the model does not."
                    );
                    Assert.True(
                        copy.DifferenceTo(call.After) is null,
                        $"Seed {seed}: {call.Step} should have changed {copy.DifferenceTo(call.After)} at revision {revision}."
                    );
                }
                seen.UnionWith(calls.Select(call => (call.Step, call.Decision)));
            }
            Assert.Equal(revision, _cached.Status.Revision);
            Assert.Same(_cached.Status.Current, _cached.Current);
            // Every step with every decision that it can make, so that no rule is left out.
            Assert.Equal(seed % 2 == 0 ? 24 : 23, seen.Count);

            var alive = _cached
                .Status.Retired.Append(_cached.Status.Held)
                .SelectMany(snapshot => snapshot?.Secrets ?? [])
                .ToHashSet(ReferenceEqualityComparer.Instance);
            Assert.All(_secrets, secret => Assert.NotEqual(alive.Contains(secret), secret.Value.IsExpired));
        }

        /// <summary>The call that made a revision: of all that saw it, one that the model lets make it.</summary>
        private static BundleStateModel MakerOf(List<BundleCall> calls, BundleStateModel before, int seed)
        {
            var differences = new List<string>();
            foreach (var call in calls)
            {
                var copy = before.Copy();
                var takes = copy.Takes(call);
                if (takes && copy.DifferenceTo(call.After) is null)
                {
                    calls.Remove(call);
                    return copy;
                }
                differences.Add(
                    $"{call.Step} ({call.Decision}): {(takes ? copy.DifferenceTo(call.After) : "decided otherwise")}"
                );
            }
            throw new Xunit.Sdk.XunitException(
                $"Seed {seed}: no call of a single thread makes revision {calls[0].After.Revision}. "
                    + $"{string.Join("; ", differences)}"
            );
        }

        private bool? IsRechecked(PendingRejection rejection, BundleCall call) =>
            !_rechecks.TryGetValue(rejection.Recheck, out var ended) || ended.Began > call.Ended
                ? rejection.Rest < TimeSpan.FromSeconds(30)
            : ended.Ended < call.Began ? true
            : null;

        private void Call(Random random, List<BundleCall> calls)
        {
            // Mostly at once, now and then longer than a recheck rests, and rarely so long that something ends.
            var step = random.Next(1000) switch
            {
                < 500 => 0,
                < 900 => random.Next(2000),
                < 995 => random.Next(15_000),
                < 998 => 660_000,
                _ => 3_700_000,
            };
            TimeOfCall.Now = Interlocked.Add(ref _time, step * TimeSpan.TicksPerMillisecond);
            var at = random.Next(3) == 0 ? _clocks.Now : Volatile.Read(ref _moments[random.Next(_moments.Length)]).ClockReading;
            // An answer that is as old as the value's life never reaches the bundle.
            at = TimeOfCall.Now - at.Timestamp > TimeSpan.TicksPerMinute * 10 ? _clocks.Now : at;
            if (random.Next(3) == 0)
                Volatile.Write(ref _moments[random.Next(_moments.Length)], new Box(_clocks.Now));
            var version =
                random.Next(4) > 0 && _cached.Status.Held is { } held ? held.VersionIdentity : Version(random.Next(1, 12));
            switch (random.Next(100))
            {
                case < 25:
                    Report(Begin(BundleStep.Report, version, at), isCertain: true);
                    break;
                case < 35:
                    Report(Begin(BundleStep.ReportInDoubt, version, at), isCertain: false);
                    break;
                case < 40:
                    var begins = Begin(BundleStep.BeginRecheck, version, at);
                    begins.Decision = _cached.TryBeginRecheck(out var begun) ? 1 : 0;
                    if (End(begins, begun).Decision == 1)
                        _pending.Enqueue(begun.PendingRejection!);
                    break;
                case < 58:
                    if (_pending.TryDequeue(out var rejection))
                        Recheck(rejection, random, at);
                    break;
                case < 66:
                    var hasProbe = random.Next(2) == 0;
                    End(Begin(BundleStep.SettleProven, version, at) with { Flag = hasProbe }, _cached.SettleProven(at, hasProbe));
                    break;
                case < 76:
                    End(Begin(BundleStep.Accept, version, at), _cached.Accept(version, at));
                    break;
                case < 82:
                    var isAccepted = random.Next(4) > 0;
                    End(
                        Begin(BundleStep.Probe, version, at) with
                        {
                            Flag = isAccepted,
                        },
                        _cached.RecordProbe(version, at, isAccepted)
                    );
                    break;
                case < 88:
                    Adopt(Begin(BundleStep.Adopt, Version(random.Next(1, 12)), at));
                    break;
                case < 94:
                    Answered(Begin(BundleStep.Confirm, version, at), call => _cached.Confirm(version, at, validates: true));
                    break;
                case < 96:
                    var denied = new SecretAccessDeniedException(SecretErrorCode.Denied, "denied", Fixture.KeyId, "programmable");
                    End(Begin(BundleStep.Deny, version, at), _cached.Fail(denied, at));
                    break;
                default:
                    var looks = Begin(BundleStep.Look, version, at);
                    var look = _cached.Look();
                    looks.Decision = look.Lost is null ? 0 : 1;
                    End(looks, look.Status);
                    break;
            }

            BundleCall End(BundleCall call, BundleStatus after) => Add(calls, call, after);

            void Report(BundleCall call, bool isCertain)
            {
                var (decided, after) = _cached.Suspect(call.VersionIdentity, call.At, isCertain);
                call.Decision = (int)decided;
                End(call, after);
                if (
                    decided is RejectionStep.RechecksAgain
                    || (decided is RejectionStep.Raises && !after.PendingRejection!.Recheck.IsCompleted)
                )
                    _pending.Enqueue(after.PendingRejection!);
            }

            void Recheck(PendingRejection rejection, Random chance, ClockReading askedAt)
            {
                if (chance.Next(3) is var outcome && outcome == 0)
                    End(
                        Begin(BundleStep.ConfirmRejection, rejection.VersionIdentity, askedAt) with
                        {
                            Expected = rejection,
                        },
                        _cached.ConfirmRejection(rejection)
                    );
                else if (outcome == 1)
                    End(
                        Begin(BundleStep.Settle, rejection.VersionIdentity, askedAt) with
                        {
                            Expected = rejection,
                        },
                        _cached.Settle(rejection, askedAt)
                    );
                var began = Interlocked.Increment(ref _order);
                rejection.CompleteRecheck(RejectionOutcome.Suspect);
                _rechecks[rejection.Recheck] = (began, Interlocked.Increment(ref _order));
            }

            void Adopt(BundleCall call)
            {
                Secret[] secrets =
                [
                    new Secret(
                        Fixture.KeyId,
                        SecretValue.FromText("made-up"),
                        call.VersionIdentity.Version,
                        null,
                        "alpaca",
                        call.VersionIdentity
                    ),
                ];
                _secrets.Add(secrets[0]);
                Answered(call, one => _cached.Adopt(secrets, one.VersionIdentity, one.At));
                if (call.Decision == 0)
                    secrets[0].Value.Dispose();
            }

            void Answered(BundleCall call, Func<BundleCall, BundleAnswer> answer)
            {
                var (isHeld, after) = answer(call);
                call.Decision = isHeld ? 1 : 0;
                End(call, after);
            }
        }

        private void Expire(List<BundleCall> calls) =>
            Add(calls, Begin(BundleStep.Expire, Version(1), _clocks.Now), _cached.Expire());

        private BundleCall Begin(BundleStep what, VersionIdentity which, ClockReading when) =>
            new(what, TimeOfCall.Now, Interlocked.Increment(ref _order), which, when);

        private BundleCall Add(List<BundleCall> calls, BundleCall call, BundleStatus after)
        {
            (call.After, call.Ended) = (after, Interlocked.Increment(ref _order));
            calls.Add(call);
            return call;
        }

        private static VersionIdentity Version(int number) => new(new SecretVersion($"{number}"), null);

        private sealed record Box(ClockReading ClockReading);
    }
}
