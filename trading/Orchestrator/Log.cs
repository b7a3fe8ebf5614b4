using System.Net;

namespace Orchestrator;

/// <summary>Every log message of the orchestrator; ids 6400 to 6499.</summary>
internal static partial class Log
{
    [LoggerMessage(6400, LogLevel.Information, "Run {RunId}: cycle {Cycle} of {Cycles} is done.")]
    public static partial void CycleDone(ILogger logger, Guid runId, int cycle, int cycles);

    [LoggerMessage(6401, LogLevel.Information, "Run {RunId} ended: {Reason}; {CyclesDone} of {Cycles} cycles.")]
    public static partial void RunEnded(ILogger logger, Guid runId, string reason, int cyclesDone, int cycles);

    [LoggerMessage(
        6402,
        LogLevel.Warning,
        "Run {RunId}: attempt {Attempt} of this step failed ({Fault}, status {Status}); it is tried again."
    )]
    public static partial void StepFailed(ILogger logger, Guid runId, int attempt, string fault, HttpStatusCode? status);
}
