using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Strongroom.Backends;
using Strongroom.Vault.Auth;
using Strongroom.Vault.Transport;

namespace Strongroom.Vault.Kv;

/// <summary>Reads secrets: one round trip on KV v2, where the mount is what it is taken for.</summary>
internal sealed class KvReader(AuthorizedClient client, KvPaths paths, KvMount mount, MountLookup lookup)
{
    private const int MostKept = 1024;

    private readonly ContentVersion _contentVersion = new();
    private readonly ConcurrentDictionary<string, VaultRequest> _kept = new(StringComparer.Ordinal);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<SecretReadResult> AnswerAsync(SecretRequest request, CancellationToken ct)
    {
        try
        {
            var (name, field) = (request.Locations[0].Name, request.Locations[0].StoredName.Field);
            var path = request.Path.ToString();
            var version = request switch
            {
                { Version: { } asked } => NumberOf(asked, request.Stage)
                    ?? throw await NoNumberAsync(path, name, asked, ct).ConfigureAwait(false),
                { Stage: SecretStage.Previous } => await PreviousAsync(path, name, field, ct).ConfigureAwait(false),
                _ => (long?)null,
            };
            if (request.Stage == SecretStage.Pending)
                path += KvPaths.PendingMark;
            using var found = await FindAsync(path, name, version, ct).ConfigureAwait(false);
            if (found is null || (request.Stage == SecretStage.Pending && !IsAsked(request, found)))
                throw version is null
                    ? KvErrors.Missing(name, paths, path, field)
                    : await WithoutVersionAsync(path, name, field, request.Version ?? default, ct).ConfigureAwait(false);
            return found.IsThere ? Answer(request, found) : throw KvErrors.Gone(name, path, found, version is not null);
        }
        catch (SecretException e)
        {
            return SecretReadResult.Failure(request, e);
        }
    }

    /// <summary>Finds a secret, or a version of it, deleted ones included; null if it does not exist.</summary>
    /// <exception cref="SecretException">Vault denies it, cannot answer, or has no such mount.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<KvSecret?> FindAsync(string path, SecretName name, long? version, CancellationToken ct)
    {
        if (mount.IsVersion1)
            return await FindVersion1Async(path, name, version, ct).ConfigureAwait(false);
        var request = Request(path, name, version);
        var reply = await client.SendAsync(request, ct).ConfigureAwait(false);
        try
        {
            if (reply.Status is 200 or 404 && KvSecret.ReadVersion2(reply) is { } found)
            {
                mount.SawVersion2();
                var result = found;
                reply = null;
                return result;
            }
            if (reply.Says("no handler for route"))
                throw mount.NoKv(name);
            if (reply.Status is not (200 or 403 or 404))
                throw VaultErrors.Misfit(reply, request);
            var kind = await KindAsync(path, name, ct).ConfigureAwait(false);
            if (kind == MountKind.Version1)
                return await FindVersion1Async(path, name, version, ct).ConfigureAwait(false);
            return (kind, reply.Status) switch
            {
                (MountKind.Other, _) => throw mount.NoKv(name),
                (MountKind.Version2, 404) => null,
                (MountKind.NotTold, 404) => throw mount.NotSure(name),
                (_, 403) => throw KvErrors.Denied(
                    name,
                    (paths.Policy("data", path), ["read"]),
                    kind == MountKind.NotTold ? paths.Mount : null
                ),
                _ => throw VaultErrors.Misfit(reply, request),
            };
        }
        finally
        {
            reply?.Dispose();
        }
    }

    /// <summary>The same few secrets are read all day long: their requests are made once.</summary>
    private VaultRequest Request(string path, SecretName name, long? version)
    {
        if (version is not null)
            return VaultRequest.Get(
                string.Create(CultureInfo.InvariantCulture, $"{paths.Url("data", path)}?version={version}"),
                name
            );
        if (_kept.TryGetValue(path, out var known) && known.About == name)
            return known;
        var request = VaultRequest.Get(paths.Url("data", path), name);
        if (_kept.Count < MostKept)
            _kept.TryAdd(path, request);
        return request;
    }

    /// <summary>What the mount is, where its answer was no secret of version 2's.</summary>
    private async ValueTask<MountKind> KindAsync(string path, SecretName name, CancellationToken ct)
    {
        var kind = await lookup.AskAsync(ct).ConfigureAwait(false);
        if (kind == MountKind.NotTold)
            kind = await GuessAsync(path, name, ct).ConfigureAwait(false);
        if (kind == MountKind.Version1)
            mount.SawVersion1();
        else if (kind == MountKind.Version2)
            mount.SawVersion2();
        return kind;
    }

    /// <summary>
    /// Asks in version 1's way, which version 2 answers with a warning. Not for a name that is a path of version 2's own.
    /// </summary>
    private async ValueTask<MountKind> GuessAsync(string path, SecretName name, CancellationToken ct)
    {
        if (KvPaths.IsVersion2sOwn(path))
            return MountKind.NotTold;
        using var reply = await client.AskAsync(VaultRequest.Get(paths.Url("", path), name), ct).ConfigureAwait(false);
        if (reply.Says("versioned"))
            return MountKind.Version2;
        using var found = reply.IsSuccess ? KvSecret.ReadVersion1(reply) : null;
        return found is null ? MountKind.NotTold : MountKind.Version1;
    }

    private async ValueTask<KvSecret?> FindVersion1Async(string path, SecretName name, long? version, CancellationToken ct)
    {
        if (version is not null)
            throw KvErrors.NeedsVersion2(name, paths.Mount);
        var reply = await client.SendAsync(VaultRequest.Get(paths.Url("", path), name), ct).ConfigureAwait(false);
        try
        {
            if (reply.IsSuccess && KvSecret.ReadVersion1(reply) is { } found)
            {
                reply = null;
                return found;
            }
            if (reply.Says("no handler for route"))
                throw mount.NoKv(name);
            var isUpgraded = reply.Says("versioned");
            if (!isUpgraded && reply.Status is not (403 or 404))
                throw VaultErrors.Misfit(reply, VaultRequest.Get("", name));
            var kind = isUpgraded ? MountKind.Version2 : await lookup.AskAsync(ct).ConfigureAwait(false);
            // Upgraded under our feet: the next read takes the other way.
            if (kind == MountKind.Version2)
            {
                mount.Forget();
                throw VaultErrors.Unreachable(
                    new Uri("vault://mount/"),
                    VaultRequest.Get("", name),
                    $"has just upgraded the KV engine '{paths.Mount}' to version 2"
                );
            }
            return (kind, reply.Status) switch
            {
                (MountKind.Other, _) => throw mount.NoKv(name),
                (MountKind.Version1, 404) => null,
                (_, 404) => throw mount.NotSure(name),
                _ => throw KvErrors.Denied(
                    name,
                    (paths.Policy("", path), ["read"]),
                    kind == MountKind.NotTold ? paths.Mount : null
                ),
            };
        }
        finally
        {
            reply?.Dispose();
        }
    }

    private SecretReadResult Answer(SecretRequest request, KvSecret found)
    {
        var values = new SecretValue[request.Locations.Count];
        try
        {
            for (var i = 0; i < values.Length; i++)
                values[i] = found.Value(request.Locations[i], out var error) ?? throw error!;
            var version =
                found.Version == 0 ? _contentVersion.Of(found.Fields)
                : request.Stage == SecretStage.Pending ? KvPending.VersionOf(found)
                : found.AsVersion;
            return SecretReadResult.Success(
                request,
                values,
                version,
                found.CreatedAt,
                found.RequestId,
                isAuthoritative: !found.IsFromCache
            );
        }
        catch
        {
            Array.ForEach(values, value => value?.Dispose());
            throw;
        }
    }

    /// <summary>A 404 for a version does not tell whether the secret exists; its newest version does.</summary>
    private async ValueTask<SecretNotFoundException> WithoutVersionAsync(
        string path,
        SecretName name,
        string? field,
        SecretVersion version,
        CancellationToken ct
    )
    {
        using var newest = await FindAsync(path, name, null, ct).ConfigureAwait(false);
        return newest is null ? KvErrors.Missing(name, paths, path, field) : KvErrors.VersionGone(name, version);
    }

    /// <summary>A discarded pending value is empty, and numbers start over if the sibling is removed.</summary>
    private static bool IsAsked(SecretRequest request, KvSecret found) =>
        !found.IsThere
        || (KvPending.IsPending(found) && (request.Version is not { } asked || KvPending.VersionOf(found) == asked));

    /// <summary>The newest version before the current one that is not deleted.</summary>
    private async ValueTask<long?> PreviousAsync(string path, SecretName name, string? field, CancellationToken ct)
    {
        using var newest = await FindAsync(path, name, null, ct).ConfigureAwait(false);
        if (newest is null)
            throw KvErrors.Missing(name, paths, path, field);
        if (mount.IsVersion1)
            throw KvErrors.NeedsVersion2(name, paths.Mount);
        for (var version = newest.Version - 1; version > 0; version--)
        {
            using var older = await FindAsync(path, name, version, ct).ConfigureAwait(false);
            if (older is null)
                break;
            if (older.IsThere)
                return version;
        }
        throw KvErrors.VersionGone(name, new SecretVersion("0"));
    }

    /// <summary>Vault answers 500 to what is no number, and takes 0 for the newest.</summary>
    private static long? NumberOf(SecretVersion version, SecretStage stage) =>
        stage == SecretStage.Pending ? KvPending.NumberOf(version)
        : long.TryParse(version.Id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
        : null;

    private async ValueTask<SecretException> NoNumberAsync(
        string path,
        SecretName name,
        SecretVersion version,
        CancellationToken ct
    )
    {
        if (mount.IsUnknown)
            (await FindAsync(path, name, null, ct).ConfigureAwait(false))?.Dispose();
        return mount.IsVersion1 ? KvErrors.NeedsVersion2(name, paths.Mount) : KvErrors.VersionGone(name, version);
    }
}
