namespace Strongroom.Storage;

/// <summary>
/// Takes the password from the manager at each login, and reports to it which generation PostgreSQL accepted or rejected.
/// </summary>
public sealed class ManagedDatabaseLogin : DatabaseLogin
{
    /// <summary>The password of the role that services use.</summary>
    public static SecretName PasswordName { get; } = SecretName.Parse("database/password");

    /// <summary>The password of the role that owns the schema. No service declares it, so none can read it.</summary>
    public static SecretName OwnerName { get; } = SecretName.Parse("database/owner");

    private readonly ISecretManager _manager;
    private readonly SecretSet _used;

    private ManagedDatabaseLogin(ISecretManager manager, SecretSet used)
    {
        _manager = manager;
        _used = used;
    }

    /// <inheritdoc/>
    public override SecretValue Password => _used[0].Value;

    /// <summary>Reads the password.</summary>
    /// <exception cref="SecretException">It cannot be had.</exception>
    public static async ValueTask<DatabaseLogin> AskAsync(ISecretManager manager, SecretName name, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(manager);
        return new ManagedDatabaseLogin(manager, await manager.GetAsync([name], ct));
    }

    /// <inheritdoc/>
    public override void Accepted() => _manager.ReportAccepted(_used);

    /// <inheritdoc/>
    public override async ValueTask<bool> RejectedAsync(CancellationToken ct)
    {
        try
        {
            return await _manager.ReportRejectedAsync(_used, ct) is RejectionOutcome.Superseded or RejectionOutcome.Adopted;
        }
        catch (SecretException)
        {
            // The caller is told that the login was rejected, which is what it can act on; the manager's state tells the rest.
            return false;
        }
    }
}
