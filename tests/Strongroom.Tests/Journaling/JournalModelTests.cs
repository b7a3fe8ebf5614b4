using CsCheck;

namespace Strongroom.Tests.Journaling;

/// <summary>
/// Whatever comes in whatever order, each access is in the store once, under its own name. A failure prints the shortest sequence
/// that was found, and the seed that repeats it (<c>CsCheck_Seed=…</c>); <c>CsCheck_Iter=5000</c> looks longer.
/// </summary>
public sealed class JournalModelTests
{
    private const int Sequences = 100;

    [Fact]
    public Task Random_sequences_are_accounted_for_once() =>
        JournalStep
            .Any.Array[1, 60]
            .SampleAsync(JournalTrial.RunAsync, iter: Math.Max(Sequences, Check.Iter), threads: 1, print: steps =>
                string.Join("; ", steps)
            );
}
