namespace Strongroom;

/// <summary>
/// Something that must be in order before a service opens its port. Register it as a service: a host with <c>AddStrongroom</c>
/// runs every one of them when it starts, and with <c>--check</c> instead of starting.
/// </summary>
/// <remarks>It is made even where settings are wrong, so what depends on them is resolved in <see cref="CheckAsync"/>.</remarks>
public interface IStartCheck
{
    /// <summary>Whether it is run only once the secrets are there. Default true; false lists its faults together with those of
    /// the settings.</summary>
    bool NeedsSecrets => true;

    /// <summary>Looks.</summary>
    /// <exception cref="SecretException">It is not in order. The message says what to do.</exception>
    ValueTask CheckAsync(CancellationToken ct);
}
