using PaperRun.Runs;
using PaperRun.Secrets;

namespace PaperRun.Outage;

/// <summary>The verb <c>outage</c>.</summary>
internal static class OutageProgram
{
    internal static async Task<int> RunAsync(OutageOptions options, PaperRunOptions chosen, CancellationToken ct)
    {
        if (options.Problem is { } problem)
        {
            OperatorConsole.Say(problem);
            return 2;
        }
        return await PaperRunner.GuardAsync(
            end => RunAsync(options, chosen with { Extra = options.Settings, Cycles = OutageOptions.Cycles }, end, ct),
            ct
        );
    }

    private static async Task RunAsync(OutageOptions options, PaperRunOptions day, CancellationToken end, CancellationToken ct)
    {
        await using var run = await RunningPlatform.StartAsync(day, OperatorConsole.Say, end);
        var vault = (run.SecretSource as VaultSecretSource)?.Server
            ?? throw new PaperRunException("The outage needs a Vault of its own. Unset VAULT_ADDR and VAULT_TOKEN.");
        using var outage = new OutageRun(run, vault, options);
        await run.Platform.UnlessOneEndsAsync(Completed(outage.RunAsync(day, end)));
        await run.StopServicesAsync(ct);
        OperatorConsole.Say($"Written: {run.Folder.Path}/outage.csv and outage.svg");

        static async Task<bool> Completed(Task work)
        {
            await work;
            return true;
        }
    }
}
