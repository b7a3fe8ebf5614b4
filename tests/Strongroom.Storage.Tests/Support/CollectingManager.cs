using System.Security.Cryptography;

namespace Strongroom.Storage.Tests.Support;

/// <summary>A manager that holds the database's password and keeps what was reported to it.</summary>
internal sealed class CollectingManager : ISecretManager, ICredentialReports, IDisposable
{
    private readonly SecretValue _password = SecretValue.FromText(RandomNumberGenerator.GetHexString(24));

    internal CollectingManager() =>
        Used = new SecretSet(
            [new Secret(ManagedDatabaseLogin.PasswordName, _password, new SecretVersion("3"), null, "database/password")],
            [default]
        );

    internal SecretSet Used { get; }

    internal SecretSet? Accepted { get; private set; }

    internal SecretSet? Rejected { get; private set; }

    internal RejectionOutcome Outcome { get; init; }

    internal SecretException? Failure { get; init; }

    public SecretManagerState State => throw new NotSupportedException();

    public ValueTask<SecretSet> GetAsync(IReadOnlyList<SecretName> names, CancellationToken ct = default) => new(Used);

    public void ReportAccepted(SecretSet used) => Accepted = used;

    public ValueTask<RejectionOutcome> ReportRejectedAsync(SecretSet used, CancellationToken ct = default)
    {
        Rejected = used;
        return Failure is null ? new(Outcome) : throw Failure;
    }

    public ValueTask<Secret> GetAsync(SecretName name, CancellationToken ct = default) => throw new NotSupportedException();

    public IAsyncEnumerable<SecretName> ListAsync(string? prefix = null, CancellationToken ct = default) =>
        throw new NotSupportedException();

    public ValueTask<SecretVersion> SetAsync(
        SecretName name,
        SecretValue value,
        SetCondition condition = default,
        CancellationToken ct = default
    ) => throw new NotSupportedException();

    public void Dispose() => _password.Dispose();
}
