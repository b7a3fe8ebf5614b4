using Trading.Contracts;

namespace Orchestrator.Runs;

/// <summary>A run as it is stored.</summary>
/// <param name="StartAt">When its first cycle is due, in the broker's time; null until the clock was read.</param>
/// <param name="ClosesAt">When the market closes on its day; null until it was seen open.</param>
internal sealed record Run(
    Guid Id,
    IReadOnlyList<string> Symbols,
    int Cycles,
    int BarsPerCycle,
    RunState State,
    int CyclesDone,
    DateTimeOffset? StartAt,
    DateTimeOffset? ClosesAt
)
{
    public int NextCycle => CyclesDone + 1;

    /// <summary>When the next cycle is due, counted from the first: a late cycle makes no later one late.</summary>
    public DateTimeOffset? NextDue => StartAt?.AddMinutes((double)CyclesDone * BarsPerCycle);

    public bool IsSame(RunRequest request) =>
        Cycles == request.Cycles
        && BarsPerCycle == request.BarsPerCycle
        && Symbols.SequenceEqual(request.Symbols, StringComparer.Ordinal);
}

/// <summary>The result of one cycle.</summary>
internal sealed record CycleResult(DateTimeOffset AsOf, DateTimeOffset? BarTime, RunCounts Counts, decimal? Equity)
{
    public static CycleResult Of(DateTimeOffset asOf, IReadOnlyList<Signal> signals, DecisionsAnswer? answer, decimal? equity)
    {
        var decisions = answer?.Decisions ?? [];
        return new CycleResult(
            asOf,
            signals.Count == 0 ? null : signals.Max(signal => signal.BarTime),
            new RunCounts(
                signals.Count,
                Count(Verdict.Approved),
                Count(Verdict.Resized),
                Count(Verdict.Refused),
                Count(Verdict.Unchanged),
                answer?.Cancelled.Count ?? 0
            ),
            equity
        );

        int Count(Verdict verdict) => decisions.Count(decision => decision.Verdict == verdict);
    }
}
