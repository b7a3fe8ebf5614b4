namespace Strongroom.Storage;

/// <summary>
/// Takes the password from the manager at each login, and reports to it which generation PostgreSQL accepted or rejected.
/// </summary>
internal sealed class ManagedDatabaseLogin : DatabaseLogin
{
    /// <summary>The password of the role that services use.</summary>
    internal static readonly SecretName PasswordName = SecretName.Parse("database/password");

    /// <summary>The password of the role that owns the schema. No service declares it, so none can read it.</summary>
    internal static readonly SecretName OwnerName = SecretName.Parse("database/owner");

    private readonly ISecretManager _manager;
    private readonly SecretSet _used;

    private ManagedDatabaseLogin(ISecretManager manager, SecretSet used)
    {
        _manager = manager;
        _used = used;
    }

    public override SecretValue Password => _used[0].Value;

    internal static async ValueTask<DatabaseLogin> AskAsync(ISecretManager manager, SecretName name, CancellationToken ct) =>
        new ManagedDatabaseLogin(manager, await manager.GetAsync([name], ct));

    public override void Accepted() => _manager.ReportAccepted(_used);

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
