using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Strongroom.Audit;
using Strongroom.AuditLayers;
using Strongroom.Backends;
using Strongroom.Bundles;
using Strongroom.Caching;
using Strongroom.Journaling;

namespace Strongroom;

/// <summary>
/// The path of a read, outermost first: this class checks the declaration; <see cref="AuditLayer"/> records what is returned;
/// <see cref="CacheLayer"/> answers from memory or fetches; <see cref="FetchAuditLayer"/> records the fetch; <see
/// cref="Resilience.ResilienceLayer"/> applies time limits and retries; the backend answers.
/// </summary>
internal sealed class SecretManager : ISecretManager, ICredentialReports, ISecretVersions
{
    private readonly SecretDeclaration _declaration;
    private readonly IBundleReader _reader;
    private readonly AuditedBackend _backend;
    private readonly AuditTrail _trail;
    private readonly RejectionCoordinator _rejections;
    private readonly ElapsedClock _clocks;
    private readonly IReadOnlyList<CachedBundle> _cachedBundles;

    // Frozen: a hit of a few names is 4 ns faster than with a dictionary, which a start would build sooner.
    private readonly FrozenDictionary<SecretName, BundleRead> _reads;
    private readonly Dictionary<string, CachedBundle> _bundlesById = new(StringComparer.Ordinal);
    private readonly string _namespace;

    internal SecretManager(
        SecretDeclaration declaration,
        string @namespace,
        IReadOnlyList<CachedBundle> cachedBundles,
        IBundleReader reader,
        AuditedBackend backend,
        RejectionCoordinator rejections,
        ElapsedClock clocks
    )
    {
        _declaration = declaration;
        _namespace = @namespace;
        _cachedBundles = cachedBundles;
        _reader = reader;
        _backend = backend;
        _trail = backend.Trail;
        _rejections = rejections;
        _clocks = clocks;
        var reads = new Dictionary<SecretName, BundleRead>();
        foreach (var cached in cachedBundles)
        {
            _bundlesById.Add(cached.Bundle.Id, cached);
            for (var i = 0; i < cached.Bundle.Secrets.Count; i++)
            {
                if (cached.Bundle.Secrets[i] is var secret && secret.Access.HasFlag(SecretAccess.Read))
                    reads.Add(secret.Name, new BundleRead(cached, [i]));
            }
        }
        _reads = reads.ToFrozenDictionary();
    }

    public SecretManagerState State
    {
        get
        {
            BundleState[] bundles = [.. _cachedBundles.Select(StateOf)];
            return new SecretManagerState(
                bundles
                    .Where(bundle => bundle.Required || bundle.Version is not null)
                    .Select(bundle => bundle.Condition)
                    .DefaultIfEmpty()
                    .Max(),
                bundles
            )
            {
                BackendProblem = _backend.Problem,
            };
        }
    }

    public ValueTask<Secret> GetAsync(SecretName name, CancellationToken ct = default)
    {
        if (!_reads.TryGetValue(name, out var read))
            throw Undeclared(name, AccessOperation.Get, SecretAccess.Read);
        var pending = _reader.ReadAsync(read, ct);
        return pending.IsCompletedSuccessfully
            ? new ValueTask<Secret>(pending.Result.Snapshot.Secrets[read.Indices[0]])
            : PickAsync(pending, read.Indices[0]);
    }

    public async ValueTask<SecretSet> GetAsync(IReadOnlyList<SecretName> names, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(names);
        return ReadOfOneBundle(names) is { } read
            ? await GetOfOneAsync(read, ct).ConfigureAwait(false)
            : await GetOfSeveralAsync(names, ct).ConfigureAwait(false);
    }

    public async ValueTask<Secret> GetAsync(SecretName name, SecretVersion version, CancellationToken ct = default)
    {
        var location = Require(name, AccessOperation.Get, SecretAccess.Read);
        return await _backend.GetAsync(CachedBundleOf(name).Bundle.Id, location, version, ct).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<SecretName> ListAsync(
        string? prefix = null,
        [EnumeratorCancellation] CancellationToken ct = default
    )
    {
        await foreach (var name in _backend.ListAsync(prefix, ct).ConfigureAwait(false))
        {
            // A service sees only the names that it may use.
            if (_declaration.Find(name) is not null || _declaration.Secrets.Any(secret => secret.StoredName.Path == name.Path))
                yield return name;
        }
    }

    public async ValueTask<SecretVersion> SetAsync(
        SecretName name,
        SecretValue value,
        SetCondition condition = default,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(value);
        var location = Require(name, AccessOperation.Write, SecretAccess.Write);
        return await _backend.SetAsync(location, value, condition, ct).ConfigureAwait(false);
    }

    public IAsyncEnumerable<SecretVersionInfo> HistoryAsync(SecretName name, CancellationToken ct = default) =>
        _backend.HistoryAsync(Require(name, AccessOperation.History, SecretAccess.Read), ct);

    public async ValueTask DeleteAsync(SecretName name, CancellationToken ct = default) =>
        await _backend.DeleteAsync(Require(name, AccessOperation.Delete, SecretAccess.Delete), ct).ConfigureAwait(false);

    public async ValueTask<SecretVersion> RestoreAsync(
        SecretName name,
        SecretVersion? version = null,
        CancellationToken ct = default
    ) =>
        (
            await _backend
                .RestoreAsync(Require(name, AccessOperation.Restore, SecretAccess.Delete), version, ct)
                .ConfigureAwait(false)
        ).Version;

    public void ReportAccepted(SecretSet used)
    {
        ArgumentNullException.ThrowIfNull(used);
        for (var i = 0; i < used.Count; i++)
        {
            if (_bundlesById.TryGetValue(used[i].Bundle, out var cached))
                cached.Accept(used[i].VersionIdentity, used.ReadAt(i));
        }
    }

    public ValueTask<RejectionOutcome> ReportRejectedAsync(SecretSet used, CancellationToken ct = default) =>
        ReportAsync(used, isCertain: true, ct);

    public ValueTask<RejectionOutcome> ReportSuspectedAsync(SecretSet used, CancellationToken ct = default) =>
        ReportAsync(used, isCertain: false, ct);

    /// <summary>The hot path: callers read a set per request of their own, so a hit allocates little more than the set.</summary>
    private async ValueTask<SecretSet> GetOfOneAsync(BundleRead read, CancellationToken ct)
    {
        var askedAt = _clocks.Now;
        var served = await _reader.ReadAsync(read, ct).ConfigureAwait(false);
        var (secrets, readAt) = (new Secret[read.Indices.Length], new ClockReading[read.Indices.Length]);
        for (var i = 0; i < secrets.Length; i++)
            (secrets[i], readAt[i]) = (served.Snapshot.Secrets[read.Indices[i]], askedAt);
        return new SecretSet(secrets, readAt);
    }

    private async ValueTask<SecretSet> GetOfSeveralAsync(IReadOnlyList<SecretName> names, CancellationToken ct)
    {
        // Started concurrently, so that a fetch that hangs does not delay other bundles.
        var begun = Enumerable
            .Range(0, names.Count)
            .GroupBy(i => CachedBundleOf(names[i]))
            .Select(group => Begin(group.Key, [.. group], names, ct))
            .ToArray();
        var (secrets, readAt) = (new Secret[names.Count], new ClockReading[names.Count]);
        ExceptionDispatchInfo? failure = null;
        foreach (var (read, positions, askedAt, pending) in begun)
        {
            try
            {
                var served = await pending.ConfigureAwait(false);
                for (var i = 0; i < positions.Length; i++)
                    (secrets[positions[i]], readAt[positions[i]]) = (served.Snapshot.Secrets[read.Indices[i]], askedAt);
            }
            catch (Exception e)
            {
                failure ??= ExceptionDispatchInfo.Capture(e);
            }
        }
        failure?.Throw();
        return new SecretSet(secrets, readAt);
    }

    private (BundleRead Read, int[] Positions, ClockReading AskedAt, Task<BundleReadResult> Pending) Begin(
        CachedBundle cached,
        int[] positions,
        IReadOnlyList<SecretName> names,
        CancellationToken ct
    )
    {
        var read = new BundleRead(cached, [.. positions.Select(i => _reads[names[i]].Indices[0])]);
        var askedAt = _clocks.Now;
        try
        {
            return (read, positions, askedAt, _reader.ReadAsync(read, ct).AsTask());
        }
        catch (Exception e)
        {
            return (read, positions, askedAt, Task.FromException<BundleReadResult>(e));
        }
    }

    private async ValueTask<RejectionOutcome> ReportAsync(SecretSet used, bool isCertain, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(used);
        // Started concurrently, so that a recheck that hangs does not delay the others.
        var reports = new List<Task<RejectionOutcome>>();
        foreach (var i in Enumerable.Range(0, used.Count).DistinctBy(i => used[i].Bundle))
        {
            if (_bundlesById.TryGetValue(used[i].Bundle, out var cached))
                reports.Add(_rejections.ReportAsync(cached, used[i].VersionIdentity, used.ReadAt(i), ct, isCertain).AsTask());
        }
        return (await Task.WhenAll(reports).ConfigureAwait(false)).DefaultIfEmpty(RejectionOutcome.Superseded).Max();
    }

    /// <summary>Null if the names belong to several bundles, or not all are declared.</summary>
    private BundleRead? ReadOfOneBundle(IReadOnlyList<SecretName> names)
    {
        CachedBundle? cached = null;
        var indices = new int[names.Count];
        for (var i = 0; i < indices.Length; i++)
        {
            if (!_reads.TryGetValue(names[i], out var read) || (cached is not null && cached != read.Cached))
                return null;
            (cached, indices[i]) = (read.Cached, read.Indices[0]);
        }
        return cached is null ? null : new BundleRead(cached, indices);
    }

    private static async ValueTask<Secret> PickAsync(ValueTask<BundleReadResult> pending, int index) =>
        (await pending.ConfigureAwait(false)).Snapshot.Secrets[index];

    private CachedBundle CachedBundleOf(SecretName name) =>
        _reads.TryGetValue(name, out var read) ? read.Cached : throw Undeclared(name, AccessOperation.Get, SecretAccess.Read);

    private SecretLocation Require(SecretName name, AccessOperation operation, SecretAccess access) =>
        _declaration.Find(name) is { } declared && declared.Access.HasFlag(access)
            ? new SecretLocation(name, SecretName.ParseLocation(_namespace + declared.StoredName))
            : throw Undeclared(name, operation, access);

    private SecretRefusedException Undeclared(SecretName name, AccessOperation operation, SecretAccess access)
    {
        _trail.RecordFailure(_trail.About(operation, AccessOutcome.Refused, name) with { Error = SecretErrorCode.Undeclared });
        return new SecretRefusedException(
            SecretErrorCode.Undeclared,
            name.IsEmpty
                ? "No secret was named."
                : $"'{name}' with access '{access.ToString().ToLowerInvariant()}' is not in the declaration of "
                    + $"{_declaration.Service}. Add it to its secrets.json if the service needs it.",
            name
        );
    }

    private BundleState StateOf(CachedBundle cached)
    {
        var status = cached.Status;
        var (current, accepted) = (status.Current, status.Accepted);
        // A different value that reuses the accepted version's number was not accepted.
        var isAnother =
            accepted is { } known
            && current is not null
            && known != current.VersionIdentity
            && known.Version == current.VersionIdentity.Version;
        return new BundleState(
            cached.Bundle.Id,
            [.. cached.Bundle.Secrets.Select(secret => secret.Name)],
            status.Condition,
            current?.VersionIdentity.Version,
            current?.ValidatedAt.Wall,
            cached.BudgetLeftOf(status),
            status.LastError?.Code,
            cached.Bundle.OnLoss,
            isAnother ? null : accepted?.Version
        )
        {
            Required = cached.Bundle.Required,
        };
    }
}
