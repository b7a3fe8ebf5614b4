using System.Security.Cryptography;

namespace Strongroom.Tests.Env;

/// <summary>A folder of this test alone, closed to others, and gone afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    internal string Path { get; } = Directory.CreateTempSubdirectory("strongroom-test-").FullName;

    internal string At(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file with the given mode, 0600 if none is given.</summary>
    internal string Write(string name, string text, UnixFileMode mode = OwnerOnly)
    {
        var path = At(name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
        return path;
    }

    /// <summary>A value made now, of letters and digits, so that no test holds a secret.</summary>
    internal static string NewValue(int length = 24) =>
        RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", length);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
