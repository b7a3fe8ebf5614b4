using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Strongroom.Vault.Auth;

/// <summary>
/// Remembers refused logins across restarts, so that a service that its supervisor starts again and again neither locks its role
/// nor spends its secret id. A credential is known by a keyed hash, never by itself; a changed one is a new one.
/// </summary>
internal sealed class RejectionMemory(string path, string where, TimeProvider time, ILogger logger)
{
    internal const string FileName = "vault-logins.json";

    /// <summary>How long a refused login is left alone: also how long Vault locks a role out.</summary>
    internal static readonly TimeSpan Rest = TimeSpan.FromMinutes(15);

    private const int KeySize = 32;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private LoginRejections? _known;

    /// <summary>The refusal of exactly this credential, while it lasts.</summary>
    internal LoginRejection? Find(LoginMaterial material)
    {
        var known = _known ??= Load();
        var fingerprint = material.Fingerprint(known.Key, where);
        var now = time.GetUtcNow();
        // A clock that was set back must not make a rest longer than it is.
        return known.Rejections.FirstOrDefault(one => now < one.Until && one.Until - now <= Rest && CryptographicOperations.FixedTimeEquals(one.Fingerprint, fingerprint));
    }

    internal LoginRejection Remember(LoginMaterial material, int status)
    {
        var known = _known ??= Load();
        var now = time.GetUtcNow();
        var rejection = new LoginRejection(material.Fingerprint(known.Key, where), status, now, now + Rest);
        Save(known with { Rejections = [.. known.Rejections.Where(one => now < one.Until), rejection] });
        return rejection;
    }

    /// <summary>After a login that was taken.</summary>
    internal void Forget()
    {
        if (_known is { Rejections.Count: > 0 } known)
            Save(known with { Rejections = [] });
    }

    private LoginRejections Load()
    {
        try
        {
            var file = new FileInfo(path);
            if (file.Exists && file.LinkTarget is null && (file.UnixFileMode & ~OwnerOnly) == 0
                && JsonSerializer.Deserialize(File.ReadAllBytes(path), LoginRejectionJson.Default.LoginRejections) is { Key.Length: KeySize, Rejections: not null } kept)
            {
                return kept;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            Log.RejectionMemoryUnusable(logger, path, e.GetType().Name);
        }
        return new LoginRejections(RandomNumberGenerator.GetBytes(KeySize), []);
    }

    private void Save(LoginRejections changed)
    {
        _known = changed;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!, OwnerOnly | UnixFileMode.UserExecute);
            var next = $"{path}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}.new";
            using (var stream = new FileStream(next, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
            {
                JsonSerializer.Serialize(stream, changed, LoginRejectionJson.Default.LoginRejections);
                stream.Flush(flushToDisk: true);
            }
            File.Move(next, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.RejectionMemoryUnusable(logger, path, e.GetType().Name);
        }
    }
}
