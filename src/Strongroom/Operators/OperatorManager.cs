using Strongroom.Backends;
using Strongroom.Journaling;

namespace Strongroom.Operators;

/// <summary>
/// What the command holds: any name, as an operator, without a declaration and without a cache; audit and resilience are those of
/// a service. A name is its own place in the backend. What it gave is zeroed when it ends.
/// </summary>
internal sealed class OperatorManager(string @namespace, ISecretBackend backend, AuditTrail trail, ElapsedClock clocks)
    : ISecretManager,
        ISecretVersions,
        IDisposable
{
    private readonly UncachedSecrets _secrets = new(backend, trail);
    private readonly List<SecretValue> _given = [];
    private readonly Lock _gate = new();

    public SecretManagerState State { get; } = new(BundleCondition.Healthy, []);

    public ValueTask<Secret> GetAsync(SecretName name, CancellationToken ct = default) => ReadAsync(name, null, ct);

    public ValueTask<Secret> GetAsync(SecretName name, SecretVersion version, CancellationToken ct = default) =>
        ReadAsync(name, version, ct);

    public async ValueTask<SecretSet> GetAsync(IReadOnlyList<SecretName> names, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(names);
        var asked = clocks.Now;
        var secrets = new Secret[names.Count];
        for (var i = 0; i < secrets.Length; i++)
            secrets[i] = await ReadAsync(names[i], null, ct).ConfigureAwait(false);
        return new SecretSet(secrets, [.. secrets.Select(_ => asked)]);
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
        return _secrets.WriteAsync(PlaceOf(name), value, condition, ct);
    }

    public IAsyncEnumerable<SecretVersionInfo> HistoryAsync(SecretName name, CancellationToken ct = default) =>
        backend.HistoryAsync(PlaceOf(name), ct);

    public async ValueTask DeleteAsync(SecretName name, CancellationToken ct = default) =>
        await backend.DeleteAsync(PlaceOf(name), ct).ConfigureAwait(false);

    public async ValueTask<SecretVersion> RestoreAsync(
        SecretName name,
        SecretVersion? version = null,
        CancellationToken ct = default
    ) => (await backend.RestoreAsync(PlaceOf(name), version, ct).ConfigureAwait(false)).Version;

    public void Dispose()
    {
        lock (_gate)
        {
            _given.ForEach(value => value.Dispose());
            _given.Clear();
        }
    }

    private SecretLocation PlaceOf(SecretName name) => new(name, SecretName.ParseLocation(@namespace + name));

    private async ValueTask<Secret> ReadAsync(SecretName name, SecretVersion? version, CancellationToken ct)
    {
        var secret = await _secrets.ReadAsync(name.Path, PlaceOf(name), version, ct).ConfigureAwait(false);
        lock (_gate)
            _given.Add(secret.Value);
        return secret;
    }
}
