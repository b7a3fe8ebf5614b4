namespace Strongroom.CommandBenchmarks;

/// <summary>
/// Writes down in which order <c>get</c> first enters the functions of the program, over http and then https. The file is
/// compiled in that order, so that a start touches fewer pages of it: what is not in the list comes behind, and a name that is
/// gone does no harm.
/// </summary>
internal static class FunctionOrder
{
    private const int Runs = 3;

    internal static async Task WriteAsync(string root, string measure)
    {
        var artifacts = Path.Combine(root, "artifacts", "order");
        // Somewhere else, so that the delivered file stays what it is: this one keeps its names.
        await Repository.RunAsync(
            root,
            "dotnet",
            "publish",
            "src/Strongroom.Cli",
            "--configuration",
            "Release",
            "--nologo",
            "--verbosity",
            "quiet",
            "-p:StripSymbols=false",
            $"-p:ArtifactsPath={artifacts}"
        );
        var command = Path.Combine(artifacts, "publish", "Strongroom.Cli", "release", "Strongroom.Cli");
        var trace = Path.Combine(artifacts, "trace");
        await Repository.RunAsync(
            root,
            "cc",
            "-O2",
            "-o",
            trace,
            Path.Combine(root, "bench", "Strongroom.CommandBenchmarks", "trace.c")
        );
        var names = new OrderedDictionary<string, bool>(StringComparer.Ordinal);
        foreach (var isTls in new[] { false, true })
        {
            await using var fixture = await GetFixture.OpenAsync(command, measure, [], isTls);
            // Several times: threads meet in another order each time.
            for (var run = 0; run < Runs; run++)
            {
                foreach (var name in await fixture.TraceAsync(trace))
                    names.TryAdd(name, true);
            }
        }
        await File.WriteAllLinesAsync(Path.Combine(root, "src", "Strongroom.Cli", "Native", "get.order"), names.Keys);
        Console.WriteLine($"{names.Count} functions are in src/Strongroom.Cli/Native/get.order");
    }
}
