using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Strongroom.Backends;
using Strongroom.Vault.Auth;
using Strongroom.Vault.Kv;
using Strongroom.Vault.Policies;
using Strongroom.Vault.Transport;

namespace Strongroom.Vault;

/// <summary>
/// Secrets in a KV engine of Vault or OpenBao. A bundle is one path, its version is the bundle's. Every request goes out with the
/// one token of the process; nothing is asked on the way of a read but the read itself.
/// </summary>
internal sealed class VaultBackend
    : IRotatingBackend,
        IBackendHealth,
        IBackendIdentity,
        IBackendClock,
        IBackendPolicyCheck,
        IAsyncDisposable
{
    internal const string BackendName = VaultDefaults.BackendName;

    private readonly VaultClient _client;
    private readonly WrappedSecretId _wrapped;
    private readonly KvReader _reader;
    private readonly KvWriter _writer;
    private readonly KvPending _pending;
    private readonly KvLister _lister;
    private readonly PolicyCheck _policies;
    private readonly TokenOwner _owner;

    internal VaultBackend(VaultOptions options, string @namespace, string stateFolder, TimeProvider time, ILogger logger)
    {
        var clocks = new ElapsedClock(time);
        _client = new VaultClient(options, time, logger);
        var method = new LoginMethod(options);
        var memory = new RejectedLoginStore(
            Path.Combine(stateFolder, RejectedLoginStore.FileName),
            $"{options.Addresses[0]}\n{options.Namespace}\n{method.Path}",
            clocks,
            logger
        );
        _wrapped = new WrappedSecretId(_client, method.Mount, options.Role, logger);
        var isWrapped = options.AuthMethod == VaultAuthMethod.AppRole && options.WrappedSecretId is not null;
        Session = new VaultSession(
            _client,
            new VaultLogin(_client, method, memory, _wrapped, isWrapped, clocks, logger),
            clocks,
            logger
        );

        var client = new AuthorizedClient(_client, Session);
        var paths = new KvPaths(options.KvMount);
        var mount = new KvMount(paths, logger);
        var put = new KvPut(client, paths);
        var lookup = new MountLookup(client, paths);
        _reader = new KvReader(client, paths, mount, lookup);
        Metadata = new KvMetadata(client, paths, mount, _reader, time);
        _pending = new KvPending(paths, mount, _reader, put, Metadata);
        _writer = new KvWriter(paths, mount, _reader, put, _pending);
        _lister = new KvLister(client, paths, mount, @namespace, new ListBounds(), time, logger);
        _owner = new TokenOwner(client);
        _policies = new PolicyCheck(client, paths, lookup, @namespace);
    }

    /// <summary>Makes the backend that <c>SECRET_BACKEND=vault</c> picks.</summary>
    /// <exception cref="SecretConfigurationException">Settings are missing or wrong; all faults are listed.</exception>
    internal static VaultBackend Create(BackendContext context, Action<VaultOptions>? configure) =>
        new(
            VaultSettings.Load(context.Configuration, context.Environment, configure),
            context.Options.Namespace,
            context.StateFolder,
            context.Time,
            context.Loggers.CreateLogger("Strongroom.Vault")
        );

    public string Name => BackendName;

    public BackendCapabilities Capabilities { get; } =
        new()
        {
            Versions = true,
            ReusesVersions = true,
            Restore = true,
            Pending = true,
            ListsUndeclared = true,
        };

    public string? Problem => Session.Problem;

    internal VaultSession Session { get; }

    internal KvMetadata Metadata { get; }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<IReadOnlyList<SecretReadResult>> ReadAsync(IReadOnlyList<SecretRequest> requests, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(requests);
        if (requests is [var only])
            return [await _reader.AnswerAsync(only, ct).ConfigureAwait(false)];
        return await Task.WhenAll(requests.Select(request => _reader.AnswerAsync(request, ct).AsTask())).ConfigureAwait(false);
    }

    public ValueTask<SecretWriteResult> WriteAsync(SecretWrite write, CancellationToken ct) => _writer.WriteAsync(write, ct);

    public IAsyncEnumerable<SecretName> ListAsync(string? prefix, CancellationToken ct) => _lister.ListAsync(prefix, ct);

    public IAsyncEnumerable<SecretVersionInfo> HistoryAsync(SecretLocation location, CancellationToken ct) =>
        Metadata.HistoryAsync(location, ct);

    public ValueTask<SecretWriteResult> DeleteAsync(SecretLocation location, CancellationToken ct) =>
        _writer.DeleteAsync(location, ct);

    public ValueTask<SecretWriteResult> RestoreAsync(SecretLocation location, SecretVersion? version, CancellationToken ct) =>
        _writer.RestoreAsync(location, version, ct);

    public ValueTask<PendingVersion?> FindPendingAsync(SecretLocation location, CancellationToken ct) =>
        _pending.FindPendingAsync(location, ct);

    public ValueTask<SecretWriteResult> PromoteAsync(
        SecretLocation location,
        SecretVersion pending,
        SecretVersion? expected,
        CancellationToken ct
    ) => _pending.PromoteAsync(location, pending, expected, ct);

    public ValueTask<SecretWriteResult> DiscardAsync(SecretLocation location, SecretVersion pending, CancellationToken ct) =>
        _pending.DiscardAsync(location, pending, ct);

    public ValueTask<SecretWriteResult> MakeCurrentAsync(
        SecretLocation location,
        SecretVersion version,
        SecretVersion expected,
        CancellationToken ct
    ) => _writer.MakeCurrentAsync(location, version, expected, ct);

    /// <remarks>Vault cannot mark a version, so the limits of secret and mount are checked.</remarks>
    public async ValueTask<SecretWriteResult> KeepAsync(SecretLocation location, SecretVersion version, CancellationToken ct)
    {
        var requestId = await Metadata
            .EnsureKeptAsync(location.StoredName.Path, location.Name, version, ct)
            .ConfigureAwait(false);
        return new SecretWriteResult(version, requestId);
    }

    public ValueTask<SecretWriteResult> DestroyAsync(SecretLocation location, SecretVersion version, CancellationToken ct) =>
        _writer.DestroyAsync(location, version, ct);

    /// <remarks>As custom metadata, which servers before 1.9 discard.</remarks>
    public ValueTask<bool> NoteRotationAsync(SecretLocation location, DateTimeOffset at, CancellationToken ct) =>
        Metadata.TryNoteAsync(
            location.StoredName.Path,
            location.Name,
            new Dictionary<string, string> { ["rotation_date"] = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") },
            ct
        );

    public ValueTask<PolicyReport> CheckPolicyAsync(
        SecretDeclaration declaration,
        IReadOnlyList<SecretDeclaration> others,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(declaration);
        ArgumentNullException.ThrowIfNull(others);
        return _policies.RunAsync(declaration, others, ct);
    }

    public ValueTask<string?> WhoAmIAsync(CancellationToken ct) => _owner.AskAsync(ct);

    public ValueTask<DateTimeOffset?> GetTimeAsync(CancellationToken ct) => _owner.AskTimeAsync(ct);

    /// <summary>Revokes the token that was logged in for, then closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync().ConfigureAwait(false);
        _wrapped.Dispose();
        _client.Dispose();
    }
}
