namespace Strongroom.Storage;

/// <summary>A password for one login, which is informed of the login's outcome.</summary>
public abstract class DatabaseLogin
{
    /// <summary>The password.</summary>
    public abstract SecretValue Password { get; }

    /// <summary>Called when PostgreSQL accepted the password. Must not throw.</summary>
    public virtual void ReportAccepted() { }

    /// <summary>
    /// Called when PostgreSQL rejected the password (28P01). Returns true if a different password is available now, which
    /// justifies one more attempt.
    /// </summary>
    public virtual ValueTask<bool> ReportRejectedAsync(CancellationToken ct) => new(false);

    /// <summary>Creates a login that ignores its outcome.</summary>
    public static DatabaseLogin FromPassword(SecretValue password) => new FixedLogin(password);

    private sealed class FixedLogin(SecretValue password) : DatabaseLogin
    {
        public override SecretValue Password => password;
    }
}
