using Microsoft.AspNetCore.Http.HttpResults;
using Strongroom.Breaker;
using Trading.Contracts;
using Trading.ServiceDefaults;

namespace Orchestrator.Runs;

internal static class RunEndpoints
{
    private const int MostCycles = 1_000;
    private const int MostBars = 390;

    /// <summary><c>POST /webhooks/runs</c></summary>
    public static async Task<Results<Accepted<RunAccepted>, ValidationProblem, ProblemHttpResult>> StartAsync(
        RunRequest request,
        RunStore store,
        ICredentialBreaker breaker,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var faults = new Dictionary<string, string[]>();
        if (request.RunId == Guid.Empty)
            faults["runId"] = ["Give an id that is not empty, or none."];
        if (Symbols.Fault(request.Symbols) is { } fault)
            faults["symbols"] = [fault];
        if (request.Cycles is < 1 or > MostCycles)
            faults["cycles"] = [$"From 1 to {MostCycles}."];
        if (request.BarsPerCycle is < 1 or > MostBars)
            faults["barsPerCycle"] = [$"From 1 to {MostBars}."];
        if (faults.Count > 0)
            return TypedResults.ValidationProblem(faults);

        var id = request.RunId ?? Guid.CreateVersion7(time.GetUtcNow());
        // A run in progress continues, to reduce and to cancel; no new one starts.
        if (breaker.OrdersAllowed() == AllowedOrders.Halted && await store.FindAsync(id, ct) is null)
            return Halted(breaker);
        await store.AddAsync(id, request, ct);
        // The same request again is the same run; a different one under its id is a mistake.
        return await store.FindAsync(id, ct) is { } run && run.IsSame(request)
            ? TypedResults.Accepted($"/runs/{id}", new RunAccepted(id))
            : TypedResults.Problem(statusCode: StatusCodes.Status409Conflict, title: "Another run has this id.");
    }

    private static ProblemHttpResult Halted(ICredentialBreaker breaker) =>
        TypedResults.Problem(
            statusCode: StatusCodes.Status503ServiceUnavailable,
            title: "Trading is halted; no run starts.",
            detail: breaker.Uncleared is [var trip, ..]
                ? $"Trip {trip.Id} is not cleared. Clear it (strongroom breaker clear {trip.Id} --reason TEXT), then start "
                    + "the run again."
                : "The trips could not be read yet. Try again in a few seconds."
        );

    /// <summary><c>GET /runs/{id}</c></summary>
    public static async Task<Results<Ok<RunReport>, NotFound>> ReportAsync(
        Guid id,
        RunStore store,
        RunProgress progress,
        CancellationToken ct
    )
    {
        if (await store.FindAsync(id, ct) is not { } run)
            return TypedResults.NotFound();
        var (counts, lastBar, equity) = await store.SumAsync(id, ct);
        return TypedResults.Ok(
            new RunReport(
                run.Id,
                run.State,
                run.Symbols,
                run.Cycles,
                run.BarsPerCycle,
                run.CyclesDone,
                run.StartAt,
                lastBar,
                counts,
                equity,
                progress.FailuresOf(id)
            )
        );
    }
}
