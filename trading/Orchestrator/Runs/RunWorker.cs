using Trading.ServiceDefaults;

namespace Orchestrator.Runs;

/// <summary>
/// Drives the oldest unfinished run: one at a time, since all trade the same account. A cycle that fails is tried again, with
/// pauses that grow, until it is done or the market closes.
/// </summary>
internal sealed class RunWorker(
    IServiceScopeFactory scopes,
    RunStore store,
    RunProgress progress,
    OrchestratorOptions options,
    TimeProvider time,
    ILogger<RunWorker> logger
) : BackgroundLoop
{
    protected override async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var pause = await LookAsync(ct);
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, time, ct);
        }
    }

    /// <summary>Takes one step and returns how long to wait before the next.</summary>
    private async Task<TimeSpan> LookAsync(CancellationToken ct)
    {
        Run? run = null;
        try
        {
            run = await store.FindUnfinishedAsync(ct);
            if (run is null)
                return options.Poll;
            await using var scope = scopes.CreateAsyncScope();
            var moved = await scope.ServiceProvider.GetRequiredService<RunStep>().TakeAsync(run, ct);
            progress.Succeeded(run.Id);
            return moved ? TimeSpan.Zero : options.Poll;
        }
        catch (Exception e) when (PeerErrors.Is(e, ct))
        {
            var failures = progress.Failed(run?.Id ?? Guid.Empty);
            // The first and then every tenth, so that an outage of an hour does not log ten thousand lines.
            if (failures % 10 == 1)
                Log.StepFailed(
                    logger,
                    run?.Id ?? Guid.Empty,
                    failures,
                    e.GetType().Name,
                    (e as HttpRequestException)?.StatusCode
                );
            return Min(options.Poll * Math.Pow(2, Math.Min(failures - 1, 16)), options.LongestPause);
        }
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
