namespace Strongroom.Storage;

/// <summary>
/// Reads the password from the manager for each login, and reports which version PostgreSQL accepted or rejected.
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
    /// <param name="manager">Supplies the password.</param>
    /// <param name="reports">Informed of the login's outcome; null for an operator's program, which has no cache to
    /// refresh.</param>
    /// <param name="name">The password's name.</param>
    /// <param name="ct">Cancels the operation.</param>
    /// <exception cref="SecretException">The password cannot be read.</exception>
    public static async ValueTask<DatabaseLogin> GetAsync(
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
    public override void ReportAccepted() => _reports?.ReportAccepted(_used);

    /// <inheritdoc/>
    public override async ValueTask<bool> ReportRejectedAsync(CancellationToken ct)
    {
        try
        {
            return _reports is not null
                && await _reports.ReportRejectedAsync(_used, ct) is RejectionOutcome.Superseded or RejectionOutcome.Adopted;
        }
        catch (SecretException)
        {
            // The caller learns that the login was rejected, on which it can act; the manager's state shows the rest.
            return false;
        }
    }
}
