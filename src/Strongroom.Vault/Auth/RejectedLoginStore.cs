using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Strongroom.Unix;

namespace Strongroom.Vault.Auth;

/// <summary>
/// Remembers refused logins across restarts, so that a service that its supervisor starts again and again neither locks its role
/// nor spends its secret id. A credential is known by a keyed hash, never by itself; a changed one is a new one.
/// </summary>
internal sealed class RejectedLoginStore(string path, string where, ElapsedClock clocks, ILogger logger)
{
    internal const string FileName = "vault-logins.json";

    /// <summary>How long a refused login is left alone: also how long Vault locks a role out.</summary>
    internal static readonly TimeSpan Rest = TimeSpan.FromMinutes(15);

    private const int KeySize = 32;
    private const int LongestFile = 1024 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>What counts where the file cannot be used; the file is shared by all that log in from this machine.</summary>
    private LoginRejections? _own;

    private readonly ConcurrentDictionary<LoginRejection, SeenRejection> _seen = new(LoginRejectionComparer.Instance);

    /// <summary>The refusal of exactly this credential, while it lasts.</summary>
    internal LoginRejection? Find(LoginCredential material) => Of(material, Load()).FirstOrDefault(IsResting);

    /// <summary>
    /// The file holds times of day, since nothing else outlives a restart. What they mean is settled when a process first sees a
    /// refusal, and then measured by monotonic clocks: a rest is never longer than it is, and a step of the wall clock
    /// does not end it.
    /// </summary>
    internal bool IsResting(LoginRejection rejection)
    {
        var (seenAt, left) = _seen.GetOrAdd(rejection, one => new(clocks.Now, one.Until - clocks.Time.GetUtcNow()));
        return left <= Rest && clocks.Elapsed(seenAt) < left;
    }

    internal LoginRejection Remember(LoginCredential material, int status)
    {
        var known = Load();
        var now = clocks.Time.GetUtcNow();
        var rejection = new LoginRejection(material.Fingerprint(known.Key, where), status, now, now + Rest);
        Save(known with { Rejections = [.. known.Rejections.Except(Of(material, known)).Where(IsResting), rejection] });
        foreach (var old in _seen.Keys.Where(old => !IsResting(old)))
            _seen.TryRemove(old, out _);
        IsResting(rejection);
        return rejection;
    }

    /// <summary>After a login that was taken.</summary>
    internal void Forget(LoginCredential material)
    {
        var known = Load();
        var mine = Of(material, known);
        if (mine.Count > 0)
            Save(known with { Rejections = [.. known.Rejections.Except(mine)] });
    }

    private List<LoginRejection> Of(LoginCredential material, LoginRejections known)
    {
        var fingerprint = material.Fingerprint(known.Key, where);
        return [.. known.Rejections.Where(one => CryptographicOperations.FixedTimeEquals(one.Fingerprint, fingerprint))];
    }

    private LoginRejections Load()
    {
        try
        {
            var file = new FileInfo(path);
            if (
                file.Exists
                && file.LinkTarget is null
                && (file.UnixFileMode & ~OwnerOnly) == 0
                && BoundedFile.Read(path, LongestFile, FileTrust.Credential) is { } json
                && JsonSerializer.Deserialize(json, LoginRejectionJson.Default.LoginRejections)
                    is { Key.Length: KeySize, Rejections: not null } kept
            )
            {
                return kept;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            Log.RejectionMemoryUnusable(logger, path, e.GetType().Name);
        }
        return _own ??= new LoginRejections(RandomNumberGenerator.GetBytes(KeySize), []);
    }

    private void Save(LoginRejections changed)
    {
        _own = changed;
        try
        {
            UnixFile.CreateOwnerOnlyFolder(Path.GetDirectoryName(path)!);
            AtomicFile.Replace(
                path,
                JsonSerializer.SerializeToUtf8Bytes(changed, LoginRejectionJson.Default.LoginRejections),
                OwnerOnly
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            Log.RejectionMemoryUnusable(logger, path, e.GetType().Name);
        }
    }

    /// <summary>When this process saw a refusal first, and how long it still had to rest then.</summary>
    private sealed record SeenRejection(ClockReading SeenAt, TimeSpan Left);

    /// <summary>Each read of the file restarts the same rejection.</summary>
    private sealed class LoginRejectionComparer : IEqualityComparer<LoginRejection>
    {
        internal static readonly LoginRejectionComparer Instance = new();

        public bool Equals(LoginRejection? x, LoginRejection? y) =>
            x is not null
            && y is not null
            && x.At == y.At
            && x.Until == y.Until
            && x.Fingerprint.AsSpan().SequenceEqual(y.Fingerprint);

        public int GetHashCode([DisallowNull] LoginRejection obj) => obj.At.GetHashCode();
    }
}
