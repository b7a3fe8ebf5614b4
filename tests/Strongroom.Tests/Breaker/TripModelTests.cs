using CsCheck;

namespace Strongroom.Tests.Breaker;

/// <summary>
/// Whatever befalls database, disks and processes in whatever order: no process is open while it knows a trip whose clearance
/// no operator gave, nothing that was known is forgotten, and what was cleared does not halt for ever. A failure prints the
/// shortest sequence found and the seed that repeats it (<c>CsCheck_Seed=…</c>); <c>CsCheck_Iter=20000</c> looks longer.
/// </summary>
public sealed class TripModelTests
{
    private static readonly int s_sequences = TestLength.Of(whole: 1000, share: 150);

    [Theory]
    [Trait("length", "long")]
    [InlineData(true)]
    [InlineData(false)]
    public Task Random_sequences_never_open_without_a_clearance_and_never_halt_for_ever(bool withDatabase) =>
        TripStep
            .Any.Array[1, 40]
            .SampleAsync(
                steps => TripTrial.RunAsync(withDatabase, steps),
                iter: Math.Max(s_sequences, Check.Iter),
                threads: 1,
                print: steps => string.Join("; ", steps)
            );
}
