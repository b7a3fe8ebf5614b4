namespace Strongroom.Cli.Doctor;

/// <summary>
/// What only the service itself knows, such as its own settings and ports: it looks with <c>--check</c>, which is named here.
/// </summary>
internal static class OwnChecks
{
    private const string RuntimeConfiguration = ".runtimeconfig.json";

    internal static Finding Name(SecretDeclaration declaration, string folder) =>
        Finding.Open(
            "own checks",
            $"what only {declaration.Service} knows, such as its own settings, it looks at itself, with the same variables: "
                + $"{Program(folder) ?? "the service's program"} --check"
        );

    /// <summary>The program that lies beside the declaration, where one does.</summary>
    private static string? Program(string folder) =>
        Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder, "*" + RuntimeConfiguration)
                .Select(file => file[..^RuntimeConfiguration.Length])
                .FirstOrDefault(File.Exists)
            : null;
}
