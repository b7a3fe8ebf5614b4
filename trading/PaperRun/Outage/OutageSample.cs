namespace PaperRun.Outage;

/// <summary>What was seen at one moment.</summary>
/// <param name="At">Since the start of the run.</param>
/// <param name="BackendIsUp">Whether the backend listens.</param>
/// <param name="Permission">The execution gateway's: <c>all</c>, <c>restricted</c>, <c>halted</c>.</param>
/// <param name="BudgetLeft">The execution gateway's least.</param>
/// <param name="Orders">Orders that the broker's book holds in all.</param>
/// <param name="Working">Of them, those that can still fill.</param>
internal sealed record OutageSample(
    TimeSpan At,
    bool BackendIsUp,
    string Permission,
    TimeSpan BudgetLeft,
    int Orders,
    int Working
);
