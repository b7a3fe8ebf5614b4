using CsCheck;

namespace Strongroom.Tests.Breaker;

/// <summary>
/// One thing that happens to processes and to what they keep trips in; <c>Who</c> is a process, or the disk of one.
/// </summary>
internal readonly record struct TripStep(TripStep.Kind What, int Who)
{
    internal enum Kind
    {
        Trip,
        Clear,
        ClearByCommand,
        Refresh,
        Tick,
        Restart,
        RowsLost,
        BackedUp,
        Restored,
        Swapped,
        DatabaseAway,
        DatabaseBack,
        DiskFull,
        DiskWritable,
        FileRemoved,
    }

    internal static Gen<TripStep> Any { get; } =
        Gen.Frequency(
            (6, Of(Kind.Trip)),
            (6, Of(Kind.Clear)),
            (3, Of(Kind.ClearByCommand)),
            (8, Of(Kind.Refresh)),
            (3, Of(Kind.Tick)),
            (5, Of(Kind.Restart)),
            (4, Of(Kind.RowsLost)),
            (2, Of(Kind.BackedUp)),
            (3, Of(Kind.Restored)),
            (2, Of(Kind.Swapped)),
            (4, Of(Kind.DatabaseAway)),
            (4, Of(Kind.DatabaseBack)),
            (4, Of(Kind.DiskFull)),
            (4, Of(Kind.DiskWritable)),
            (1, Of(Kind.FileRemoved))
        );

    public override string ToString() => $"{What} {Who}";

    private static Gen<TripStep> Of(Kind what) => Gen.Int[0, TripTrial.Processes - 1].Select(who => new TripStep(what, who));
}
