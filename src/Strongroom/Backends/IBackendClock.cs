namespace Strongroom.Backends;

/// <summary>Optional capability of a backend: it has a clock of its own.</summary>
public interface IBackendClock
{
    /// <summary>
    /// The time on the backend's clock, for comparison with the local one; null if the backend does not report it.
    /// </summary>
    /// <exception cref="SecretException">The backend does not respond, or rejects the login.</exception>
    ValueTask<DateTimeOffset?> GetTimeAsync(CancellationToken ct);
}
