using Microsoft.AspNetCore.Http.HttpResults;
using SignalService.Model;
using Trading.Contracts;

namespace SignalService;

internal static class SignalEndpoints
{
    /// <summary><c>POST /signals</c></summary>
    public static async Task<Results<Ok<SignalsAnswer>, ValidationProblem>> JudgeAsync(
        SignalRequest request,
        SignalGenerator generator,
        CancellationToken ct
    )
    {
        var faults = new Dictionary<string, string[]>();
        if (request.RunId == Guid.Empty)
            faults["runId"] = ["Give the run's id."];
        if (request.Cycle < 1)
            faults["cycle"] = ["Cycles count from 1."];
        if (Symbols.Fault(request.Symbols) is { } fault)
            faults["symbols"] = [fault];
        return faults.Count > 0
            ? TypedResults.ValidationProblem(faults)
            : TypedResults.Ok(new SignalsAnswer(request.RunId, request.Cycle, await generator.JudgeAsync(request, ct)));
    }
}
