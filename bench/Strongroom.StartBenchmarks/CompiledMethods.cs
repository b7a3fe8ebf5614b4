namespace Strongroom.StartBenchmarks;

/// <summary>Which methods a start compiles, as the runtime itself writes them down.</summary>
internal static class CompiledMethods
{
    private const string Compiled = ": JIT compiled ";

    /// <summary>
    /// Starts the program once more, and gives the methods that were compiled until its first answer, each with its tier. The
    /// runtime writes in blocks, so that the last few may be missing.
    /// </summary>
    internal static async Task<IReadOnlyList<string>> OfAsync(StartSeries series, string file, CancellationToken ct)
    {
        if (series.Mode == "nativeaot")
            return [];
        // The runtime appends.
        File.Delete(file);
        await using var program = StartedProgram.Start(series, ("DOTNET_JitStdOutFile", file), ("DOTNET_JitDisasmSummary", "1"));
        _ = await program.AnswerAsync(ct);
        return
        [
            .. (await File.ReadAllLinesAsync(file, ct))
                .Select(line => (line, At: line.IndexOf(Compiled, StringComparison.Ordinal)))
                .Where(pair => pair.At > 0)
                .Select(pair => pair.line[(pair.At + Compiled.Length)..]),
        ];
    }
}
