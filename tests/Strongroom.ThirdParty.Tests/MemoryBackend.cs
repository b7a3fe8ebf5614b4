using System.Runtime.CompilerServices;
using Strongroom.Backends;

namespace Strongroom.ThirdParty.Tests;

/// <summary>A whole backend on public types alone: batches, fields, check-and-set, versions, restoring and pending
/// values.</summary>
internal sealed class MemoryBackend(MemoryStore store, string @namespace = "") : IRotatingBackend
{
    internal const string BackendName = "memory";

    public string Name => BackendName;

    public BackendCapabilities Capabilities { get; } =
        new()
        {
            BatchSize = 10,
            Versions = true,
            Restore = true,
            Pending = true,
            ListsUndeclared = true,
        };

    public ValueTask<IReadOnlyList<SecretReadResult>> ReadAsync(IReadOnlyList<SecretRequest> requests, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return new([.. requests.Select(Read)]);
    }

    public ValueTask<SecretWriteResult> WriteAsync(SecretWrite write, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return new(
            store.Use(secrets =>
            {
                var (location, condition) = (write.Location, write.Condition);
                var secret = secrets.GetValueOrDefault(location.StoredName.Path);
                var current = secret is { IsDeleted: false } ? secret.Current : null;
                var waiting = write.Stage == SecretStage.Pending && secret?.Pending != current ? secret?.Pending : null;
                if (write.IdempotencyKey is { } key)
                {
                    if ((waiting ?? current)?.Key == key)
                        return new SecretWriteResult((waiting ?? current)!.Version);
                    if (waiting is not null)
                        throw Conflict(location, "another operation's pending value exists");
                }
                var field = location.StoredName.Field ?? FieldSelection.DefaultField;
                if (condition.MustBeAbsent && current is not null && current.Fields.ContainsKey(field))
                    throw Conflict(location, "it exists already");
                if (condition.Expected is { } expected && current?.Version != expected)
                    throw Conflict(location, $"version {expected} is not current");
                var fields = new Dictionary<string, string>(
                    current?.Fields ?? new Dictionary<string, string>(),
                    StringComparer.Ordinal
                )
                {
                    [field] = write.Value.Reveal(),
                };
                secrets[location.StoredName.Path] = secret ??= new StoredSecret();
                return new SecretWriteResult(secret.Add(fields, write.Stage, write.IdempotencyKey).Version);
            })
        );
    }

    public async IAsyncEnumerable<SecretName> ListAsync(string? prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        await Task.CompletedTask;
        var below = prefix is null ? @namespace : $"{@namespace}{prefix}/";
        var paths = store.Use(secrets =>
            secrets
                .Where(secret => !secret.Value.IsDeleted && secret.Key.StartsWith(below, StringComparison.Ordinal))
                .Select(secret => secret.Key)
                .ToList()
        );
        foreach (var path in paths)
            yield return SecretName.Parse(path[@namespace.Length..]);
    }

    public async IAsyncEnumerable<SecretVersionInfo> HistoryAsync(
        SecretLocation location,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        ct.ThrowIfCancellationRequested();
        await Task.CompletedTask;
        var history = store.Use(secrets =>
        {
            var secret = Find(secrets, location);
            var state = secret.IsDeleted ? SecretVersionState.Deleted : SecretVersionState.Available;
            return secret
                .Versions.AsEnumerable()
                .Reverse()
                .Select(one => new SecretVersionInfo(one.Version, one.CreatedAt, state, one == secret.Current, []))
                .ToList();
        });
        foreach (var version in history)
            yield return version;
    }

    public ValueTask<SecretWriteResult> DeleteAsync(SecretLocation location, CancellationToken ct) =>
        new(
            store.Use(secrets =>
            {
                var secret = Find(secrets, location);
                secret.IsDeleted = true;
                return new SecretWriteResult(secret.Current!.Version);
            })
        );

    public ValueTask<SecretWriteResult> RestoreAsync(SecretLocation location, SecretVersion? version, CancellationToken ct) =>
        new(
            store.Use(secrets =>
            {
                var secret = Find(secrets, location);
                if (version is { } older)
                    return new SecretWriteResult(
                        secret.Add((secret.Find(older) ?? throw Gone(location, older)).Fields, SecretStage.Current).Version
                    );
                secret.IsDeleted = false;
                return new SecretWriteResult(secret.Current!.Version);
            })
        );

    public ValueTask<PendingVersion?> FindPendingAsync(SecretLocation location, CancellationToken ct) =>
        new(
            store.Use(secrets =>
                Find(secrets, location) is { Pending: { } pending } secret
                    ? new PendingVersion(pending.Version, pending.Key, pending == secret.Current)
                    : null
            )
        );

    public ValueTask<SecretWriteResult> PromoteAsync(
        SecretLocation location,
        SecretVersion pending,
        SecretVersion? expected,
        CancellationToken ct
    ) => Change(location, pending, secret =>
        {
            if (secret.Pending?.Version != pending)
                throw Conflict(location, $"version {pending} is not pending");
            if (secret.Pending == secret.Current)
                return;
            if (secret.Pending.Base != secret.Current?.Version || (expected is { } current && current != secret.Current?.Version))
                throw Conflict(location, "it has changed");
            secret.MakeCurrent(secret.Pending);
        });

    public ValueTask<SecretWriteResult> DiscardAsync(SecretLocation location, SecretVersion pending, CancellationToken ct) =>
        Change(location, pending, secret =>
        {
            if (secret.Pending is { } other && other.Version != pending)
                throw Conflict(location, "another pending value exists");
            secret.Pending = null;
        });

    public ValueTask<SecretWriteResult> MakeCurrentAsync(
        SecretLocation location,
        SecretVersion version,
        SecretVersion expected,
        CancellationToken ct
    ) => Change(location, version, secret =>
        {
            var older = secret.Find(version) ?? throw Gone(location, version);
            if (older == secret.Current)
                return;
            if (secret.Current?.Version != expected)
                throw Conflict(location, $"version {expected} is not current");
            secret.MakeCurrent(older);
        });

    public ValueTask<SecretWriteResult> KeepAsync(SecretLocation location, SecretVersion version, CancellationToken ct) =>
        Change(location, version, secret => _ = secret.Find(version) ?? throw Gone(location, version));

    public ValueTask<SecretWriteResult> DestroyAsync(SecretLocation location, SecretVersion version, CancellationToken ct) =>
        Change(location, version, secret =>
        {
            if (secret.Current?.Version == version)
                throw new SecretWriteException(
                    SecretErrorCode.WriteFailed,
                    $"'{location.Name}' was not changed: version {version} is current.",
                    location.Name,
                    Name
                );
            secret.Versions.RemoveAll(one => one.Version == version);
            if (secret.Previous?.Version == version)
                secret.Previous = null;
        });

    public ValueTask<bool> NoteRotationAsync(SecretLocation location, DateTimeOffset at, CancellationToken ct) => new(false);

    private ValueTask<SecretWriteResult> Change(SecretLocation location, SecretVersion version, Action<StoredSecret> change) =>
        new(
            store.Use(secrets =>
            {
                change(Find(secrets, location));
                return new SecretWriteResult(version);
            })
        );

    private SecretReadResult Read(SecretRequest request)
    {
        try
        {
            return store.Use(secrets => Read(secrets, request));
        }
        catch (SecretException e)
        {
            return SecretReadResult.Failure(request, e);
        }
    }

    private SecretReadResult Read(Dictionary<string, StoredSecret> secrets, SecretRequest request)
    {
        var first = request.Locations[0];
        if (store.Denied.Contains(request.Path.Path))
            throw new SecretAccessDeniedException(
                SecretErrorCode.Denied,
                $"The memory backend denies '{first.Name}'. Allow it.",
                first.Name,
                Name
            );
        var secret = Find(secrets, first);
        if (secret.IsDeleted)
            throw new SecretNotFoundException(
                SecretErrorCode.Deleted,
                $"'{first.Name}' was deleted. Restore it or write a new one.",
                first.Name,
                Name
            );
        var found = request.Version is { } asked
            ? secret.Find(asked) ?? throw Gone(first, asked)
            : request.Stage switch
            {
                SecretStage.Pending => secret.Pending,
                SecretStage.Previous => secret.Previous,
                _ => secret.Current,
            } ?? throw Missing(first);
        var values = new List<SecretValue>();
        foreach (var location in request.Locations)
        {
            var field = FieldSelection.Select(location, [.. found.Fields.Keys], Name, out var error) ?? throw error!;
            values.Add(SecretValue.FromText(found.Fields[field]));
        }
        return SecretReadResult.Success(request, values, found.Version, found.CreatedAt);
    }

    private static StoredSecret Find(Dictionary<string, StoredSecret> secrets, SecretLocation location) =>
        secrets.GetValueOrDefault(location.StoredName.Path) ?? throw Missing(location);

    private static SecretNotFoundException Missing(SecretLocation location) =>
        new(
            SecretErrorCode.Missing,
            $"'{location.Name}' is missing: there is nothing at {location.StoredName.Path}. Write it.",
            location.Name,
            BackendName
        );

    private static SecretNotFoundException Gone(SecretLocation location, SecretVersion version) =>
        new(
            SecretErrorCode.VersionGone,
            $"'{location.Name}' has no version {version}. Look at its history.",
            location.Name,
            BackendName
        );

    private static SecretWriteException Conflict(SecretLocation location, string problem) =>
        new(SecretErrorCode.Conflict, $"'{location.Name}' was not written: {problem}.", location.Name, BackendName);
}
