using Strongroom.Audit;
using Strongroom.Backends;

namespace Strongroom.Operators;

/// <summary>
/// What the command holds: any name, as an operator, without a declaration and without a cache; audit and resilience are those of a
/// service. A name is its own place in the backend. What it gave is zeroed when it ends.
/// </summary>
internal sealed class OperatorManager(string @namespace, ISecretBackend backend, AuditTrail trail, Clocks clocks) : ISecretManager, IDisposable
{
    private readonly List<SecretValue> _given = [];
    private readonly Lock _gate = new();

    public SecretManagerState State { get; } = new(BundleCondition.Healthy, []);

    public ValueTask<Secret> GetAsync(SecretName name, CancellationToken ct = default) => ReadAsync(name, null, ct);

    public ValueTask<Secret> GetAsync(SecretName name, SecretVersion version, CancellationToken ct = default) => ReadAsync(name, version, ct);

    public async ValueTask<SecretSet> GetAsync(IReadOnlyList<SecretName> names, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(names);
        var asked = clocks.Now;
        var secrets = new Secret[names.Count];
        for (var i = 0; i < secrets.Length; i++)
            secrets[i] = await ReadAsync(names[i], null, ct).ConfigureAwait(false);
        return new SecretSet(secrets, [.. secrets.Select(_ => asked)]);
    }

    public IAsyncEnumerable<SecretName> ListAsync(string? prefix = null, CancellationToken ct = default) => backend.ListAsync(prefix, ct);

    public async ValueTask<SecretVersion> SetAsync(SecretName name, SecretValue value, SetCondition condition = default, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.ByteCount == 0 || value.ByteCount > backend.Capabilities.MaxValueBytes)
        {
            throw new SecretWriteException(
                SecretErrorCode.WriteFailed,
                $"The value for '{name}' has {value.ByteCount} bytes; the {backend.Name} backend takes 1 to {backend.Capabilities.MaxValueBytes}.", name, backend.Name);
        }
        return (await backend.WriteAsync(new SecretWrite(PlaceOf(name), value, condition), ct).ConfigureAwait(false)).Version;
    }

    public IAsyncEnumerable<SecretVersionInfo> HistoryAsync(SecretName name, CancellationToken ct = default) => backend.HistoryAsync(PlaceOf(name), ct);

    public async ValueTask DeleteAsync(SecretName name, CancellationToken ct = default) => await backend.DeleteAsync(PlaceOf(name), ct).ConfigureAwait(false);

    public async ValueTask<SecretVersion> RestoreAsync(SecretName name, SecretVersion? version = null, CancellationToken ct = default) =>
        (await backend.RestoreAsync(PlaceOf(name), version, ct).ConfigureAwait(false)).Version;

    public void ReportAccepted(SecretSet used)
    {
    }

    /// <summary>There is no cache that a newer value could be behind.</summary>
    public ValueTask<RejectionOutcome> ReportRejectedAsync(SecretSet used, CancellationToken ct = default) => new(RejectionOutcome.Suspect);

    public void Dispose()
    {
        lock (_gate)
        {
            _given.ForEach(value => value.Dispose());
            _given.Clear();
        }
    }

    private SecretPlace PlaceOf(SecretName name) => new(name, SecretName.Parse(@namespace + name));

    private async ValueTask<Secret> ReadAsync(SecretName name, SecretVersion? version, CancellationToken ct)
    {
        var request = new SecretRequest(name.Path, [PlaceOf(name)], ReadPurpose.Get) { Version = version };
        var answer = (await backend.ReadAsync([request], ct).ConfigureAwait(false))[0];
        var record = trail.About(AccessOperation.Get, answer.Succeeded ? AccessOutcome.Success : AuditTrail.OutcomeOf(answer.Error), name) with
        {
            Source = answer.Succeeded ? AccessSource.Backend : AccessSource.None,
            Version = answer.Succeeded ? answer.Version.Id : version?.Id ?? "",
            Error = answer.Error?.Code,
        };
        if (!answer.Succeeded)
        {
            trail.TryRecord(record);
            throw answer.Error;
        }
        lock (_gate)
            _given.AddRange(answer.Values);
        trail.Demand(record);
        return new Secret(name, answer.Values[0], answer.Version, answer.CreatedAt, request.Bundle);
    }
}
