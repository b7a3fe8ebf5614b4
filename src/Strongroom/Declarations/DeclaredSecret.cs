namespace Strongroom;

/// <summary>One entry of a declaration.</summary>
public sealed record DeclaredSecret
{
    /// <summary>The name that the service uses.</summary>
    public required SecretName Name { get; init; }

    /// <summary>
    /// The name under which the backend stores it, before the namespace (<c>at</c> in the file). Default: the name itself. The
    /// <c>env</c> backend ignores it.
    /// </summary>
    public required SecretName StoredName { get; init; }

    /// <summary>The bundle in which it is rotated. Default: its stored name, a bundle of its own.</summary>
    public required string Bundle { get; init; }

    /// <summary>What the service may do with it.</summary>
    public SecretAccess Access { get; init; } = SecretAccess.Read;

    /// <summary>Whether the service refuses to start without it. Default true.</summary>
    public bool Required { get; init; } = true;

    /// <summary>
    /// The origins that it may be sent to, such as <c>https://paper-api.alpaca.markets</c>. Empty: only loopback.
    /// </summary>
    public IReadOnlyList<Uri> SendTo { get; init; } = [];

    /// <summary>The effect of losing it. Default: degrade.</summary>
    public LossEffect OnLoss { get; init; } = LossEffect.Degrade;

    /// <summary>The key under which the opt-in configuration provider publishes it; null: not at all.</summary>
    public string? ConfigurationKey { get; init; }
}
