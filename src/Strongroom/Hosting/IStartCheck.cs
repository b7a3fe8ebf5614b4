namespace Strongroom;

/// <summary>
/// A check that a service must pass before it opens its port. Register it as a service: a host with <c>AddStrongroom</c> runs
/// every one when it starts, and with <c>--check</c> instead of starting.
/// </summary>
/// <remarks>It is created even if settings are invalid, so resolve what depends on them in <see cref="CheckAsync"/>.</remarks>
public interface IStartCheck
{
    /// <summary>
    /// Whether the check runs only after the secrets are available. Default true. If false, its faults are reported together
    /// with those of the settings.
    /// </summary>
    bool NeedsSecrets => true;

    /// <summary>Runs the check.</summary>
    /// <exception cref="SecretException">The check failed. The message says what to do.</exception>
    ValueTask CheckAsync(CancellationToken ct);
}
