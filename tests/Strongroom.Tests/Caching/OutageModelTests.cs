using CsCheck;

namespace Strongroom.Tests.Caching;

/// <summary>
/// Whatever comes in whatever order, the manager and its breaker do what the model of promises 1 to 5 says. A failure prints the
/// shortest sequence that was found, and the seed that repeats it (<c>CsCheck_Seed=…</c>); <c>CsCheck_Iter=5000</c> looks
/// longer.
/// </summary>
public sealed class OutageModelTests
{
    private static readonly int s_sequences = TestLength.Of(whole: 750, share: 150);

    [Theory]
    [Trait("length", "long")]
    [InlineData(true)]
    [InlineData(false)]
    public Task Random_sequences_end_as_the_model_says(bool hasProbe) =>
        OutageStep
            .Any.Array[1, 40]
            .SampleAsync(
                steps => OutageTrial.RunAsync(hasProbe, steps),
                iter: Math.Max(s_sequences, Check.Iter),
                threads: 1,
                print: steps => string.Join("; ", steps)
            );
}
