using System.Collections.Concurrent;

namespace Strongroom.Testing.Vault;

/// <summary>
/// What nodes of one cluster share. Passes a request through what every request meets: token, policy, engine, wrapping, the
/// count of uses.
/// </summary>
internal sealed class VaultCore : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string Mount, string Alias), string> entities = [];

    public VaultCore(VaultServerOptions options)
    {
        Release = options.Release;
        Time = new ShiftedTime(options.TimeProvider);
        Tokens = new TokenStore(Time, Release);
        Leases = new LeaseStore(Time);
        Wrapping = new WrappingStore(Tokens, Time);
        Quotas = new QuotaStore(Time);
        Audit = new AuditDevices(Time);
        Snapshot = new SystemSnapshot(this);
        Tokens.Revoked += Leases.RevokeOf;
        Engines = new EngineFactory(this);
        Engines.Equip(Namespaces.Root);
        var root = Namespaces.Root;
        root.Mounts.Add(
            new Mount(
                "secret/",
                "kv",
                new KvV2Engine(Time, Release),
                "key/value secret storage",
                new Dictionary<string, string> { ["version"] = "2" }
            )
        );
        RootToken = Tokens.IssueRoot(root, options.RootToken).Id;
    }

    public VaultRelease Release { get; }

    public string Version => Release == VaultRelease.V18 ? "1.8.0-dev" : "1.17.2";

    public ShiftedTime Time { get; }

    public string RootToken { get; }

    public string UnsealKey { get; } = TokenText.Hex(64);

    /// <summary>The node that answers; others send to it.</summary>
    public VaultNode? Active { get; set; }

    public bool HasStandby { get; set; }

    public string ClusterId { get; } = Guid.NewGuid().ToString();

    public Namespaces Namespaces { get; } = new();

    public EngineFactory Engines { get; }

    public TokenStore Tokens { get; }

    public LeaseStore Leases { get; }

    public WrappingStore Wrapping { get; }

    public QuotaStore Quotas { get; }

    public AuditDevices Audit { get; }

    public SystemSnapshot Snapshot { get; }

    /// <summary>The identity behind a login, the same at each.</summary>
    public string EntityOf(Mount mount, string alias) =>
        entities.GetOrAdd((mount.Accessor, alias), _ => Guid.NewGuid().ToString());

    /// <summary>
    /// Where a device is enabled, nothing happens that it did not record first, and nothing is answered that it did not record
    /// after.
    /// </summary>
    public async Task<VaultResponse> HandleAsync(VaultRequest request, CancellationToken ct)
    {
        if (Audit.None)
            return await AnswerAsync(request, ct);
        await Audit.RequestAsync(request, ct);
        try
        {
            var response = await AnswerAsync(request, ct);
            await Audit.ResponseAsync(request, response, null, ct);
            return response;
        }
        catch (VaultRefusal refusal) when (refusal.Status != 500)
        {
            await Audit.ResponseAsync(request, null, refusal, ct);
            throw;
        }
    }

    private async Task<VaultResponse> AnswerAsync(VaultRequest request, CancellationToken ct)
    {
        var mount = request.Namespace.Mounts.Over(request.Path);
        request.MountPath = mount?.Path ?? "";
        Token? toSpend = null;
        if (mount is null || !mount.Engine.IsOpen(request))
        {
            toSpend = request.Token = Tokens.Authenticate(request.ClientToken, Release);
            if (mount is not null && request.Operation == Operation.Update && !mount.Engine.Exists(request))
                request.Operation = Operation.Create;
            Authorize(request, mount);
        }
        try
        {
            if (mount is null)
                throw NoHandler(request.Path);
            var response = await mount.Engine.HandleAsync(request, ct);
            return request.WrapTtl is { } ttl && (response.Data ?? response.Auth) is not null
                ? Wrapping.Wrap(response, request, ttl)
                : response;
        }
        finally
        {
            if (toSpend is not null)
                Tokens.EndIfSpent(toSpend);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Leases.DisposeAsync();
        Audit.Dispose();
        Snapshot.Dispose();
        foreach (var engine in Namespaces.All.SelectMany(n => n.Mounts.All).Select(m => m.Engine).OfType<IDisposable>())
            engine.Dispose();
    }

    private static void Authorize(VaultRequest request, Mount? mount)
    {
        var token = request.Token!;
        // A token of one namespace is invalid in another, unless that is a child of its own.
        if (!token.Namespace.Holds(request.Namespace))
            throw VaultRefusal.Denied();
        var access = AccessList.Of(token);
        var path = request.Namespace.Path[token.Namespace.Path.Length..] + request.Path;
        if (!access.Allows(request.Operation, path, mount?.Engine.NeedsSudo(request) == true))
            throw VaultRefusal.DeniedByPolicy();
    }

    private VaultRefusal NoHandler(string path) =>
        new(
            404,
            Release == VaultRelease.V18
                ? $"no handler for route '{path}'"
                : $"no handler for route \"{path}\". route entry not found."
        );
}
