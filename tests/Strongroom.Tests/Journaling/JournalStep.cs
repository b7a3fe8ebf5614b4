using CsCheck;

namespace Strongroom.Tests.Journaling;

/// <summary>One thing that happens to a journal, its store or its process. A name is one of a few, so that they meet.</summary>
internal readonly record struct JournalStep(JournalStep.Kind What, int Name = 0, int Amount = 0)
{
    internal const int Names = 4;

    internal enum Kind
    {
        Hit,
        Release,
        Refresh,
        Fail,
        Row,
        Intend,
        Complete,
        Fold,
        Ship,
        Pass,
        StoreFails,
        StoreFailsAfterTaking,
        StoreWorks,
        StoreForgets,
        Move,
        Kill,
        End,
    }

    internal static Gen<JournalStep> Any { get; } =
        Gen.Frequency(
            (10, Of(Kind.Hit)),
            (4, Of(Kind.Release)),
            (4, Of(Kind.Refresh)),
            (4, Of(Kind.Fail)),
            (3, Of(Kind.Row)),
            (3, Of(Kind.Intend)),
            (2, Of(Kind.Complete)),
            (3, Of(Kind.Fold)),
            (6, Of(Kind.Ship)),
            (3, Of(Kind.Pass)),
            (2, Of(Kind.StoreFails)),
            (2, Of(Kind.StoreFailsAfterTaking)),
            (3, Of(Kind.StoreWorks)),
            (2, Of(Kind.StoreForgets)),
            (2, Of(Kind.Move)),
            (2, Of(Kind.Kill)),
            (1, Of(Kind.End))
        );

    private static Gen<JournalStep> Of(Kind what) =>
        Gen.Select(Gen.Int[0, Names - 1], Gen.Int[1, 20], (name, amount) => new JournalStep(what, name, amount));
}
