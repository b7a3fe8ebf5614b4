namespace Strongroom;

/// <summary>The effect of losing a secret (<c>onLoss</c> in <c>secrets.json</c>).</summary>
public enum LossEffect
{
    /// <summary>The service continues without what needs the secret. The default.</summary>
    Degrade,

    /// <summary>The credential breaker trips.</summary>
    Halt,
}
