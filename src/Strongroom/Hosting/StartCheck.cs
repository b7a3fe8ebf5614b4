namespace Strongroom.Hosting;

/// <summary>A check that a start makes before it reads from the backend.</summary>
/// <param name="Name">The name of the check in findings.</param>
/// <param name="CanRun">False if an earlier check did not produce what this one needs.</param>
/// <param name="Run">Runs the check and adds its results to the context. Throws a <see cref="SecretException"/> that says what
/// to do.</param>
internal sealed record StartCheck(string Name, Func<StartContext, bool> CanRun, Action<StartContext> Run);

/// <summary>The result of a check.</summary>
/// <param name="Check">The name of the check; <c>secrets</c> for reading a bundle.</param>
/// <param name="Names">The secrets concerned, if any.</param>
/// <param name="Error">The fault, with what to do; null if the check passed.</param>
/// <param name="StopsStart">False for a fault with which a service starts anyway.</param>
public sealed record StartFinding(string Check, IReadOnlyList<SecretName> Names, SecretException? Error, bool StopsStart = true);
