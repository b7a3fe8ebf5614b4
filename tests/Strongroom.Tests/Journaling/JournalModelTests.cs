using CsCheck;

namespace Strongroom.Tests.Journaling;

/// <summary>
/// Whatever comes in whatever order, each access is in the store once, under its own name. A failure prints the shortest sequence
/// that was found, and the seed that repeats it (<c>CsCheck_Seed=…</c>); <c>CsCheck_Iter=5000</c> looks longer.
/// </summary>
public sealed class JournalModelTests
{
    private static readonly int s_sequences = TestLength.Of(whole: 500, share: 100);

    [Fact]
    [Trait("length", "long")]
    public Task Random_sequences_are_accounted_for_once() =>
        JournalStep
            .Any.Array[1, 60]
            .SampleAsync(JournalTrial.RunAsync, iter: Math.Max(s_sequences, Check.Iter), threads: 1, print: steps =>
                string.Join("; ", steps)
            );
}
