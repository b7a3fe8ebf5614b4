namespace Strongroom.Testing.Vault;

/// <summary>When an auth mount locks a user out. Vault's defaults.</summary>
internal sealed record LockoutSettings
{
    public int Threshold { get; init; } = 5;

    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(15);

    public TimeSpan CounterReset { get; init; } = TimeSpan.FromMinutes(15);

    public bool Disabled { get; init; }
}
