namespace Strongroom.Storage;

/// <summary>
/// Takes the password from the manager at each login, and reports which version PostgreSQL accepted or rejected.
/// </summary>
public sealed class ManagedDatabaseLogin : DatabaseLogin
{
    /// <summary>The password of the role that services use.</summary>
    public static SecretName PasswordName { get; } = SecretName.Parse("database/password");

    /// <summary>The password of the role that owns the schema. No service declares it, so none can read it.</summary>
    public static SecretName OwnerName { get; } = SecretName.Parse("database/owner");

    private readonly ICredentialReports? _reports;
    private readonly SecretSet _used;

    private ManagedDatabaseLogin(ICredentialReports? reports, SecretSet used)
    {
        _reports = reports;
        _used = used;
    }

    /// <inheritdoc/>
    public override SecretValue Password => _used[0].Value;

    /// <summary>Reads the password.</summary>
    /// <param name="manager">Gives the password.</param>
    /// <param name="reports">Told how it was received; null for an operator, who has no cache that a newer one could be behind.</param>
    /// <param name="name">The password's name.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="SecretException">It cannot be had.</exception>
    public static async ValueTask<DatabaseLogin> AskAsync(
        ISecretManager manager,
        ICredentialReports? reports,
        SecretName name,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(manager);
        return new ManagedDatabaseLogin(reports, await manager.GetAsync([name], ct));
    }

    /// <inheritdoc/>
    public override void Accepted() => _reports?.ReportAccepted(_used);

    /// <inheritdoc/>
    public override async ValueTask<bool> RejectedAsync(CancellationToken ct)
    {
        try
        {
            return _reports is not null
                && await _reports.ReportRejectedAsync(_used, ct) is RejectionOutcome.Superseded or RejectionOutcome.Adopted;
        }
        catch (SecretException)
        {
            // The caller is told that the login was rejected, which is what it can act on; the manager's state tells the rest.
            return false;
        }
    }
}
