namespace Strongroom.Testing.Tests;

/// <summary>Packages of Node.js programs.</summary>
internal static class NodeProgram
{
    public static async Task InstallAsync(string folder)
    {
        var installed = new FileInfo(Path.Combine(folder, "node_modules", ".package-lock.json"));
        if (installed.Exists && installed.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(folder, "package-lock.json")))
            return;
        var (exit, _, errors) = await OutsideProgram.RunAsync(
            folder,
            "npm",
            ["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            []
        );
        if (exit != 0)
            OutsideProgram.Miss($"npm ci did not work: {errors}");
    }
}
