namespace Strongroom.Storage;

/// <summary>One password as it was asked for, for one login; it is told how the login ended.</summary>
public abstract class DatabaseLogin
{
    /// <summary>The password.</summary>
    public abstract SecretValue Password { get; }

    /// <summary>PostgreSQL accepted it. Must not throw.</summary>
    public virtual void Accepted() { }

    /// <summary>PostgreSQL rejected it (28P01). True where another one is to be had now and is worth one more try.</summary>
    public virtual ValueTask<bool> RejectedAsync(CancellationToken ct) => new(false);

    /// <summary>A login that tells nobody how it ended.</summary>
    public static DatabaseLogin FromPassword(SecretValue password) => new PlainLogin(password);

    private sealed class PlainLogin(SecretValue password) : DatabaseLogin
    {
        public override SecretValue Password => password;
    }
}
