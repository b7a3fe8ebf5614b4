namespace Strongroom;

/// <summary>One entry of a declaration.</summary>
public sealed record DeclaredSecret
{
    /// <summary>The name that the service uses.</summary>
    public required SecretName Name { get; init; }

    /// <summary>
    /// Where it lives in the backend; the name itself where nothing else is said. The <c>env</c> backend ignores it.
    /// </summary>
    public required SecretName At { get; init; }

    /// <summary>The bundle it changes together with; its own place where it is alone.</summary>
    public required string Bundle { get; init; }

    /// <summary>What the service may do with it.</summary>
    public SecretAccess Access { get; init; } = SecretAccess.Read;

    /// <summary>Whether the service refuses to start without it. Default true.</summary>
    public bool Required { get; init; } = true;

    /// <summary>
    /// The origins that it may be sent to, such as <c>https://paper-api.alpaca.markets</c>. Empty: to none but loopback.
    /// </summary>
    public IReadOnlyList<Uri> SendTo { get; init; } = [];

    /// <summary>What its loss means.</summary>
    public LossEffect OnLoss { get; init; } = LossEffect.Degrade;

    /// <summary>The key under which the opt-in configuration provider shows it, or null: not at all.</summary>
    public string? ConfigurationKey { get; init; }
}
