namespace Strongroom.Backends;

/// <summary>What a backend may know about time. A backend without a clock of its own need not be one.</summary>
public interface IBackendClock
{
    /// <summary>What the backend's clock says, for comparison with this machine's; null where it does not say.</summary>
    /// <exception cref="SecretException">The backend cannot answer, or refuses the login.</exception>
    ValueTask<DateTimeOffset?> AskTimeAsync(CancellationToken ct);
}
