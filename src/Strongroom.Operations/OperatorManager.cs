using Strongroom.Journaling;

namespace Strongroom.Operations;

/// <summary>
/// Accesses any name for an operator, without a declaration and without a cache, with the audit and resilience of a service. A
/// secret is stored under its own name. The returned values are zeroed on disposal.
/// </summary>
internal sealed class OperatorManager(AuditedBackend backend) : ISecretManager, ISecretVersions, IDisposable
{
    private readonly List<SecretValue> _values = [];
    private readonly Lock _gate = new();

    public SecretManagerState State { get; } = new(BundleCondition.Healthy, []);

    public ValueTask<Secret> GetAsync(SecretName name, CancellationToken ct = default) => ReadAsync(name, null, ct);

    public ValueTask<Secret> GetAsync(SecretName name, SecretVersion version, CancellationToken ct = default) =>
        ReadAsync(name, version, ct);

    public async ValueTask<SecretSet> GetAsync(IReadOnlyList<SecretName> names, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(names);
        return Track(await backend.GetAsync([.. names.Select(backend.Locate)], ct).ConfigureAwait(false));
    }

    public IAsyncEnumerable<SecretName> ListAsync(string? prefix = null, CancellationToken ct = default) =>
        backend.ListAsync(prefix, ct);

    public ValueTask<SecretVersion> SetAsync(
        SecretName name,
        SecretValue value,
        SetCondition condition = default,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(value);
        return backend.SetAsync(backend.Locate(name), value, condition, ct);
    }

    public IAsyncEnumerable<SecretVersionInfo> HistoryAsync(SecretName name, CancellationToken ct = default) =>
        backend.HistoryAsync(backend.Locate(name), ct);

    public async ValueTask DeleteAsync(SecretName name, CancellationToken ct = default) =>
        await backend.DeleteAsync(backend.Locate(name), ct).ConfigureAwait(false);

    public async ValueTask<SecretVersion> RestoreAsync(
        SecretName name,
        SecretVersion? version = null,
        CancellationToken ct = default
    ) => (await backend.RestoreAsync(backend.Locate(name), version, ct).ConfigureAwait(false)).Version;

    public void Dispose()
    {
        lock (_gate)
        {
            _values.ForEach(value => value.Dispose());
            _values.Clear();
        }
    }

    private async ValueTask<Secret> ReadAsync(SecretName name, SecretVersion? version, CancellationToken ct)
    {
        var secret = await backend.GetAsync(backend.Locate(name), version, ct).ConfigureAwait(false);
        Track<Secret[]>([secret]);
        return secret;
    }

    private TSecrets Track<TSecrets>(TSecrets secrets)
        where TSecrets : IReadOnlyList<Secret>
    {
        lock (_gate)
            _values.AddRange(secrets.Select(secret => secret.Value));
        return secrets;
    }
}
