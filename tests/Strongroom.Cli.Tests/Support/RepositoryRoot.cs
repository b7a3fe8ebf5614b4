namespace Strongroom.Cli.Tests.Support;

/// <summary>Where the documents and the scripts are that a test runs.</summary>
internal static class RepositoryRoot
{
    internal static string Path { get; } = Find();

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, "Strongroom.slnx")))
            folder = System.IO.Path.GetDirectoryName(folder)!;
        return folder;
    }
}
