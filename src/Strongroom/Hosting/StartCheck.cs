namespace Strongroom.Hosting;

/// <summary>One thing that a start looks at before it asks the backend for anything.</summary>
/// <param name="Name">What it is called in findings.</param>
/// <param name="CanLook">False where an earlier check did not find what this one needs: nothing is guessed at.</param>
/// <param name="Look">Looks, and adds what it found. It throws a <see cref="SecretException"/> that says what to do.</param>
internal sealed record StartCheck(string Name, Func<StartContext, bool> CanLook, Action<StartContext> Look);

/// <summary>What a check found.</summary>
/// <param name="Check">The check's name; <c>secrets</c> for what the backend gave.</param>
/// <param name="Names">The secrets that it is about, where it is about some.</param>
/// <param name="Error">What is wrong and what to do; null where it is in order.</param>
/// <param name="StopsStart">False for what a service starts without.</param>
public sealed record StartFinding(string Check, IReadOnlyList<SecretName> Names, SecretException? Error, bool StopsStart = true);
