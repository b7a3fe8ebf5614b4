namespace PaperRun;

/// <summary>What the operator of a paper run may choose.</summary>
internal sealed record PaperRunOptions
{
    internal const int DefaultCycles = 36;

    internal const string DefaultBackend = "env";

    /// <summary>Minutes that pass before the first cycle, so that there is a past to judge.</summary>
    internal const int WarmUpBars = 30;

    internal static string[] DefaultSymbols { get; } = ["AAPL", "MSFT", "NVDA", "TSLA", "AMZN"];

    internal IReadOnlyList<string> Symbols { get; init; } = DefaultSymbols;

    internal int Cycles { get; init; } = DefaultCycles;

    internal bool KeepRunning { get; init; }

    internal string LogLevel { get; init; } = "info";

    internal DirectoryInfo? Folder { get; init; }

    internal required FileInfo DotenvFile { get; init; }

    /// <summary>[SECRET_BACKEND] of the run and of every service.</summary>
    internal string Backend { get; init; } = DefaultBackend;

    /// <summary>Settings of this run that go to every service on top of the usual ones.</summary>
    internal IReadOnlyDictionary<string, string?> Extra { get; init; } = new Dictionary<string, string?>();

    internal int BarsPerCycle => (390 - WarmUpBars) / Cycles;

    /// <summary>What is wrong with the choice, or null.</summary>
    internal string? Problem =>
        Cycles is < 1 or > 390 - WarmUpBars
            ? $"--cycles must be 1 to {390 - WarmUpBars}: a day has 390 minutes, and {WarmUpBars} pass before the first cycle."
        : Symbols.Count is 0 or > 20 || Symbols.Any(symbol => symbol.Length is 0 or > 10 || !symbol.All(char.IsAsciiLetterUpper))
            ? "--symbols must be 1 to 20 tickers in capital letters, such as AAPL,MSFT."
        : null;
}
