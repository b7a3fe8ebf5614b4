using Orchestrator.Peers;
using Trading.Contracts;

namespace Orchestrator.Runs;

/// <summary>
/// One step of a run: waits, does the next cycle, or ends the run. Everything is in the database before the next step, so after a
/// crash the run continues with the cycle it was in; the other services remember that cycle's signals and decisions.
/// </summary>
internal sealed class RunStep(
    MarketDataClient market,
    SignalClient signals,
    RiskClient risk,
    ExecutionClient execution,
    RunStore store,
    ILogger<RunStep> logger
)
{
    /// <summary>True where something was done, false where the next cycle is not due yet.</summary>
    public async Task<bool> TakeAsync(Run run, CancellationToken ct)
    {
        var clock = await market.ClockAsync(ct);
        run = await PlaceInTimeAsync(run, clock, ct);
        // Nights take no time on a paper broker, so the day's close decides, not whether the market is closed now.
        if (run.ClosesAt <= clock.Now)
        {
            await store.EndAsync(run.Id, RunState.MarketClosed, ct);
            Log.RunEnded(logger, run.Id, "the market closed", run.CyclesDone, run.Cycles);
            return true;
        }
        if (!clock.IsOpen || run.NextDue > clock.Now)
            return false;

        await store.AddCycleAsync(run, await CycleAsync(run, clock.Now, ct), ct);
        Log.CycleDone(logger, run.Id, run.NextCycle, run.Cycles);
        if (run.NextCycle == run.Cycles)
        {
            await store.EndAsync(run.Id, RunState.Done, ct);
            Log.RunEnded(logger, run.Id, "every cycle is done", run.Cycles, run.Cycles);
        }
        return true;
    }

    private async Task<Run> PlaceInTimeAsync(Run run, MarketClock clock, CancellationToken ct)
    {
        var startAt = run.StartAt ?? (clock.IsOpen ? clock.Now : clock.NextOpen);
        // The close belongs to the day on which the run's first cycle may run.
        var closesAt = run.ClosesAt ?? (clock.IsOpen && clock.Now >= startAt ? clock.NextClose : null);
        if (startAt == run.StartAt && closesAt == run.ClosesAt)
            return run;
        await store.PlaceInTimeAsync(run.Id, startAt, closesAt, ct);
        return run with { StartAt = startAt, ClosesAt = closesAt };
    }

    private async Task<CycleResult> CycleAsync(Run run, DateTimeOffset asOf, CancellationToken ct)
    {
        var judged = (await signals.JudgeAsync(new SignalRequest(run.Id, run.NextCycle, asOf, run.Symbols), ct)).Signals;
        var decided =
            judged.Count == 0 ? null : await risk.DecideAsync(new DecisionRequest(run.Id, run.NextCycle, asOf, judged), ct);
        return CycleResult.Of(asOf, judged, decided, await ReadEquityAsync(ct));
    }

    // Informational; not worth another attempt of a cycle whose orders are placed.
    private async Task<decimal?> ReadEquityAsync(CancellationToken ct)
    {
        try
        {
            return (await execution.AccountAsync(ct)).Equity;
        }
        catch (Exception e) when (PeerErrors.Is(e, ct))
        {
            return null;
        }
    }
}
