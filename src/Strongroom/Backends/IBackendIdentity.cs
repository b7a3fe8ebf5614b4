namespace Strongroom.Backends;

/// <summary>Optional capability of a backend: it authenticates its callers.</summary>
public interface IBackendIdentity
{
    /// <summary>
    /// The identity that the backend authenticated, in its own terms and without a secret, such as <c>ldap-jo</c>; null if it
    /// does not report one.
    /// </summary>
    /// <exception cref="SecretException">The login fails, or the backend does not respond.</exception>
    ValueTask<string?> WhoAmIAsync(CancellationToken ct);
}
