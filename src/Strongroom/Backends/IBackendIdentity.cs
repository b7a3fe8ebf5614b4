namespace Strongroom.Backends;

/// <summary>What a backend may know about who asks. A backend that authenticates nobody need not be one.</summary>
public interface IBackendIdentity
{
    /// <summary>
    /// Whom the backend authenticated, in its own words and without a value, such as <c>ldap-jo</c>; null where it does not say.
    /// </summary>
    /// <exception cref="SecretException">The login does not work, or the backend cannot answer now.</exception>
    ValueTask<string?> WhoAmIAsync(CancellationToken ct);
}
