namespace Strongroom.Audit;

/// <summary>What a counter counts: accesses that are equal in all but their moment.</summary>
internal readonly record struct CounterKey(
    string Name, string Version, AccessSource Source, AccessOperation Operation = AccessOperation.Get, AccessOutcome Outcome = AccessOutcome.Success,
    SecretErrorCode? Error = null);
