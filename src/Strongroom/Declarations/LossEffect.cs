namespace Strongroom;

/// <summary>What the loss of a secret means (<c>onLoss</c> in <c>secrets.json</c>).</summary>
public enum LossEffect
{
    /// <summary>The service goes on without what needs it. The default.</summary>
    Degrade,

    /// <summary>The credential breaker trips.</summary>
    Halt,
}
