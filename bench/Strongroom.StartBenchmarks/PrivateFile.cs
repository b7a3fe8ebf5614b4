namespace Strongroom.StartBenchmarks;

/// <summary>A file that only its user reads, from its first byte on.</summary>
internal static class PrivateFile
{
    internal static void Write(string path, string text)
    {
        using var writer = new StreamWriter(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }
        );
        writer.Write(text);
    }
}
