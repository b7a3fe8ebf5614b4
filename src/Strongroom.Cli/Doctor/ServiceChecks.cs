namespace Strongroom.Cli.Doctor;

/// <summary>
/// Names the service's own <c>--check</c>, which alone can check its settings and ports.
/// </summary>
internal static class ServiceChecks
{
    private const string RuntimeConfiguration = ".runtimeconfig.json";

    internal static Finding Name(SecretDeclaration declaration, string folder) =>
        Finding.Undetermined(
            "service checks",
            $"only {declaration.Service} itself can check its own settings; run it with the same variables: "
                + $"{Program(folder) ?? "the service's program"} --check"
        );

    /// <summary>The program next to the declaration, if there is one.</summary>
    private static string? Program(string folder) =>
        Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder, "*" + RuntimeConfiguration)
                .Select(file => file[..^RuntimeConfiguration.Length])
                .FirstOrDefault(File.Exists)
            : null;
}
