namespace Strongroom.Testing;

/// <summary>A fault in a plan: how often it was injected, and how to end it.</summary>
public sealed class ActiveFault : IDisposable
{
    private readonly FaultPlan plan;
    private readonly CancellationTokenSource cleared = new();
    private int hits;

    internal ActiveFault(FaultPlan plan, Fault fault, FaultTrigger trigger) =>
        (this.plan, Fault, Trigger) = (plan, fault, trigger);

    /// <summary>What it does.</summary>
    public Fault Fault { get; }

    /// <summary>Whom it strikes.</summary>
    public FaultTrigger Trigger { get; }

    /// <summary>How many requests it has struck.</summary>
    public int Hits => Volatile.Read(ref hits);

    internal CancellationToken Cleared => cleared.Token;

    /// <summary>Ends it: it strikes no further request, and those that hang or wait go on.</summary>
    public void Clear()
    {
        plan.Remove(this);
        // Not disposed: a request that is just being struck may still ask for the token.
        cleared.Cancel();
    }

    /// <inheritdoc cref="Clear" />
    public void Dispose() => Clear();

    // Called under the plan's lock.
    internal bool Claim()
    {
        if (hits >= Trigger.Times)
            return false;
        Volatile.Write(ref hits, hits + 1);
        return true;
    }
}
