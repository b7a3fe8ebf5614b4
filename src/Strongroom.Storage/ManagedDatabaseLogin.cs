namespace Strongroom.Storage;

/// <summary>Takes the password from the manager at each login, and reports to it which generation PostgreSQL accepted or rejected.</summary>
internal sealed class ManagedDatabaseLogin : DatabaseLogin
{
    internal static readonly SecretName PasswordName = SecretName.Parse("database/password");

    private static readonly SecretName[] s_names = [PasswordName];

    private readonly ISecretManager _manager;
    private readonly SecretSet _used;

    private ManagedDatabaseLogin(ISecretManager manager, SecretSet used)
    {
        _manager = manager;
        _used = used;
    }

    public override SecretValue Password => _used[0].Value;

    internal static async ValueTask<DatabaseLogin> AskAsync(ISecretManager manager, CancellationToken ct) =>
        new ManagedDatabaseLogin(manager, await manager.GetAsync(s_names, ct));

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
