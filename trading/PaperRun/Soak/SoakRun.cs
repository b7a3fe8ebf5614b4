using PaperRun.Day;
using PaperRun.Runs;
using PaperRun.Secrets;
using PaperRun.Services;
using Strongroom.Audit;
using Strongroom.Testing;

namespace PaperRun.Soak;

/// <summary>
/// Five services under load, one market day after the other, while their backend flaps. At the end memory, threads and handles
/// must be flat, and the audit must hold a read of the broker's credential for each request that the broker has seen.
/// </summary>
internal sealed class SoakRun(RunningPlatform run, VaultServer vault, SoakOptions options, PaperRunOptions day)
{
    private readonly List<ProcessSample> _samples = [];
    private readonly long _began = TimeProvider.System.GetTimestamp();
    private int _days;
    private double _load;

    private TimeSpan Now => TimeProvider.System.GetElapsedTime(_began);

    internal static async Task<int> RunAsync(SoakOptions options, PaperRunOptions chosen, CancellationToken ct)
    {
        if (options.Problem is { } problem)
        {
            OperatorConsole.Say(problem);
            return 2;
        }
        var flat = false;
        var exit = await PaperRunner.GuardAsync(
            async end =>
            {
                var day = chosen with { Extra = options.Settings, Backend = "vault" };
                await using var run = await RunningPlatform.StartAsync(day, OperatorConsole.Say, end);
                var vault = (run.SecretSource as VaultSecretSource)?.Server
                    ?? throw new PaperRunException("The soak needs a Vault of its own. Unset VAULT_ADDR and VAULT_TOKEN.");
                flat = await new SoakRun(run, vault, options, day).RunAsync(end);
            },
            ct
        );
        return exit != 0 || flat ? exit : 1;
    }

    private async Task<bool> RunAsync(CancellationToken ct)
    {
        using var burner = Burner.Start(options.Burners);
        var flapping = new FlappingVault(vault);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var flaps = flapping.RunAsync(end.Token);
        var watch = WatchAsync(end.Token);
        await run.Platform.UnlessOneEndsAsync(TradeAsync(ct));
        await end.CancelAsync();
        await Task.WhenAll(flaps, watch);
        OperatorConsole.Say(
            $"{_days} market days, {run.Broker.Orders.Count} orders; the backend was away {flapping.Absences} times; load "
                + $"average {_load:0.#} at most."
        );

        var flat = SoakReport.Write(Console.Out, _samples);
        return await AddsUpAsync(await run.StopServicesAsync(ct), ct) && flat;
    }

    private async Task<bool> TradeAsync(CancellationToken ct)
    {
        while (Now < options.Length)
        {
            await new TradingDay(
                run.Broker,
                run.Platform,
                run.Secrets,
                day,
                new DayProgress(TextWriter.Null, isTerminal: false)
            ).RunAsync(ct);
            _days++;
        }
        return true;
    }

    private async Task WatchAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(options.Look, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                _load = Math.Max(_load, Burner.LoadAverage());
                foreach (var service in Platform.Services)
                    _samples.Add(
                        ProcessSample.Take(service, run.Platform.ProcessIdOf(service), Math.Min(2, (int)(Now / options.Third)))
                    );
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The load is over.
        }
    }

    // Each request to the broker takes the pair from the manager once. Only probes, which have the values in hand, take it not at
    // all.
    private async Task<bool> AddsUpAsync(IAuditStore audit, CancellationToken ct)
    {
        long read = 0,
            failed = 0;
        await foreach (var row in audit.QueryAsync(new AccessFilter(), ct))
        {
            if (row is { Operation: AccessOperation.Get, Name: "alpaca/api_key_id", Service: not "paper_run" })
                read += row.AccessCount;
            if (row is { Operation: AccessOperation.Fetch or AccessOperation.Refresh, Outcome: not AccessOutcome.Success })
                failed += row.AccessCount;
        }
        var seen = run.Broker.Requests.Authenticated;
        OperatorConsole.Say(
            $"The broker saw {seen} requests; the audit holds {read} reads of the pair, and {failed} fetches that the backend "
                + "failed."
        );
        return read <= seen && seen - read <= 2 * Platform.Services.Count();
    }
}
