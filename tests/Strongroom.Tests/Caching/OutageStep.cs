using CsCheck;

namespace Strongroom.Tests.Caching;

/// <summary>One thing that happens to a service, and how much of it.</summary>
internal readonly record struct OutageStep(OutageStep.Kind What, int Amount = 0)
{
    internal enum Kind
    {
        Pass,
        Skip,
        SkipToTheEnd,
        Suspend,
        SuspendInAFetch,
        SetWall,
        StepBoot,
        StepMonotonic,
        Fail,
        FailOther,
        Heal,
        HealOther,
        Rotate,
        RotateOther,
        Remake,
        Hang,
        Unhang,
        Revoke,
        BrokerAway,
        BrokerBack,
        Starve,
        Use,
        Keep,
        RejectKept,
        AcceptKept,
        RejectForNoReason,
        Clear,
        Restart,
    }

    internal static readonly SecretErrorCode[] Faults =
    [
        SecretErrorCode.Unreachable,
        SecretErrorCode.Sealed,
        SecretErrorCode.Throttled,
        SecretErrorCode.TimedOut,
        SecretErrorCode.Denied,
        SecretErrorCode.LoginRejected,
        SecretErrorCode.Deleted,
        SecretErrorCode.Missing,
    ];

    internal static Gen<OutageStep> Any { get; } =
        Gen.Frequency(
            (8, Of(Kind.Pass, Gen.Int[1, 90])),
            (4, Of(Kind.Skip, Gen.Int[1, 3700])),
            (4, Of(Kind.SkipToTheEnd, Gen.Int[-3, 3])),
            (2, Of(Kind.Starve, Gen.Int[1, 4000])),
            (2, Of(Kind.Suspend, Gen.Int[1, 4000])),
            (2, Of(Kind.SuspendInAFetch, Gen.Int[1, 4000])),
            (3, Of(Kind.SetWall, Gen.Int[-7200, 3700])),
            (1, Of(Kind.StepBoot, Gen.Int[1, 4000])),
            (1, Of(Kind.StepMonotonic, Gen.Int[1, 4000])),
            (6, Of(Kind.Fail, Gen.Int[0, Faults.Length - 1])),
            (3, Of(Kind.FailOther, Gen.Int[0, Faults.Length - 1])),
            (5, Of(Kind.Heal)),
            (2, Of(Kind.HealOther)),
            (4, Of(Kind.Rotate)),
            (2, Of(Kind.RotateOther)),
            (3, Of(Kind.Remake)),
            (2, Of(Kind.Hang)),
            (2, Of(Kind.Unhang)),
            (2, Of(Kind.Revoke)),
            (2, Of(Kind.BrokerAway)),
            (2, Of(Kind.BrokerBack)),
            (6, Of(Kind.Use)),
            (2, Of(Kind.Keep)),
            (3, Of(Kind.RejectKept)),
            (3, Of(Kind.AcceptKept)),
            (4, Of(Kind.RejectForNoReason)),
            (4, Of(Kind.Clear)),
            (1, Of(Kind.Restart))
        );

    public override string ToString() =>
        What switch
        {
            Kind.Fail or Kind.FailOther => $"{What} {Faults[Amount]}",
            Kind.Pass
            or Kind.Skip
            or Kind.SkipToTheEnd
            or Kind.Starve
            or Kind.Suspend
            or Kind.SuspendInAFetch
            or Kind.SetWall
            or Kind.StepBoot
            or Kind.StepMonotonic => $"{What} {Amount} s",
            _ => What.ToString(),
        };

    private static Gen<OutageStep> Of(Kind what) => Gen.Const(new OutageStep(what));

    private static Gen<OutageStep> Of(Kind what, Gen<int> amount) => amount.Select(value => new OutageStep(what, value));
}
