using Microsoft.AspNetCore.Http.HttpResults;
using Trading.Contracts;

namespace RiskManager.Decisions;

internal static class RiskEndpoints
{
    /// <summary><c>POST /decisions</c></summary>
    public static async Task<Results<Ok<DecisionsAnswer>, ValidationProblem>> DecideAsync(
        DecisionRequest request,
        DecisionService service,
        CancellationToken ct
    )
    {
        var faults = new Dictionary<string, string[]>();
        if (request.RunId == Guid.Empty)
            faults["runId"] = ["Give the run's id."];
        if (request.Cycle < 1)
            faults["cycle"] = ["Cycles count from 1."];
        if (Fault(request.Signals) is { } fault)
            faults["signals"] = [fault];
        return faults.Count > 0
            ? TypedResults.ValidationProblem(faults)
            : TypedResults.Ok(await service.DecideAsync(request, ct));
    }

    private static string? Fault(IReadOnlyList<Signal>? signals) =>
        signals switch
        {
            null or { Count: 0 } => "Give at least one signal.",
            _ when signals.Any(signal => signal is null || signal.TargetWeight is < -1 or > 1 || signal.Price < 0) =>
                "A target weight lies between -1 and 1, and a price is not negative.",
            _ => Symbols.Fault([.. signals.Select(signal => signal.Symbol)]),
        };
}
