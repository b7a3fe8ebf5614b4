using System.Security.Cryptography;
using Strongroom.Unix;

namespace Strongroom.Env;

/// <summary>
/// The key of the hash that serves as a version. Without a key, a version in a log would let anyone try passwords against it. It
/// is kept, so that a version means the same after a restart; where it cannot be kept, it lasts as long as the process.
/// </summary>
internal static class EnvVersionKey
{
    internal const string FileName = "env-version.key";

    private const int Size = 32;

    /// <summary>The kept key, made on first use.</summary>
    internal static byte[] LoadOrCreate(string? folder)
    {
        try
        {
            if (folder is not null)
            {
                var path = Path.Combine(folder, FileName);
                return TryLoad(path) ?? Create(folder, path) ?? TryLoad(path) ?? RandomNumberGenerator.GetBytes(Size);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            // Versions then differ between two lives of the process, which costs one needless "changed" and no more.
        }
        return RandomNumberGenerator.GetBytes(Size);
    }

    private static byte[]? TryLoad(string path)
    {
        using var handle = UnixFile.OpenChecked(path, Check);
        if (handle is null)
            return null;
        var key = new byte[Size];
        return RandomAccess.Read(handle, key, 0) == Size ? key : throw new IOException("The key file is too short.");
    }

    private static void Check(UnixFileStatus file)
    {
        if (!file.IsRegular || (file.Mode & UnixFile.OthersAny) != 0 || file.User != UnixFile.CurrentUser || file.Size != Size)
            throw new IOException("The key file is not one that only this user could have made.");
    }

    /// <summary>Null where another process was faster: its key counts.</summary>
    private static byte[]? Create(string folder, string path)
    {
        UnixFile.CreateOwnerOnlyFolder(folder);
        var key = RandomNumberGenerator.GetBytes(Size);
        return AtomicFile.TryCreate(path, key) ? key : null;
    }
}
