using Microsoft.Extensions.DependencyInjection;
using PaperRun.Day;
using PaperRun.Report;
using PaperRun.Secrets;
using PaperRun.Services;
using Strongroom;
using Strongroom.Audit;
using Strongroom.Testing;

namespace PaperRun;

/// <summary>The run from top to bottom: secrets, broker, services, day, report, end.</summary>
internal static class PaperRunner
{
    internal static async Task<int> RunAsync(PaperRunOptions options, CancellationToken ct)
    {
        if (options.Problem is { } problem)
            return Fail(problem, 2);
        try
        {
            await RunDayAsync(options, ct);
            return 0;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            Say("Stopped.");
            return 130;
        }
        catch (PaperRunException e)
        {
            return Fail(e.Message, 1);
        }
        catch (SecretException e)
        {
            return Fail(e.Message, 3);
        }
    }

    private static async Task RunDayAsync(PaperRunOptions options, CancellationToken ct)
    {
        var folder = RunFolder.Create(options.Folder);
        Say($"Run folder: {folder.Path}");
        if (DevelopmentSecrets.EnsureExists(options.DotenvFile))
            Say($"Made {options.DotenvFile.FullName} with fresh development credentials.");

        using var host = await PaperRunHost.StartAsync(options.DotenvFile, folder, ct);
        var secrets = host.Services.GetRequiredService<ISecretManager>();
        await using var broker = await StartBrokerAsync(secrets, ct);
        Say($"Paper broker: {broker.Url}");

        await using var platform = new Platform(folder, options.DotenvFile, broker.Url, options.LogLevel);
        await platform.StartAsync(ct);
        Say("All five services are ready.");

        var day = new TradingDay(broker, platform, secrets, options);
        var report = await platform.UnlessOneEndsAsync(day.RunAsync(ct));
        if (options.KeepRunning)
        {
            platform.Tell(Say);
            Say("The day is over and the platform keeps running. Ctrl-C ends it.");
            await platform.UnlessOneEndsAsync(Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct).ContinueWith(_ => report, TaskScheduler.Default));
            ct = CancellationToken.None;
        }

        Say("Stopping the services; each ships the last of its audit.");
        await platform.StopAsync();
        await RunSummary.WriteAsync(Console.Out, report, broker, host.Services.GetRequiredService<IAuditStore>(), ct);
        await host.StopAsync(ct);
    }

    private static async Task<PaperBroker> StartBrokerAsync(ISecretManager secrets, CancellationToken ct)
    {
        var broker = await PaperBroker.StartAsync(new PaperBrokerOptions(), ct);
        var pair = await secrets.GetAsync([SecretName.Parse("alpaca/api_key_id"), SecretName.Parse("alpaca/api_secret_key")], ct);
        broker.AddKeyPair(new KeyPair(pair[0].Value.Reveal(), pair[1].Value.Reveal()));
        return broker;
    }

    private static void Say(string line) => Console.Error.WriteLine($"paper-run: {line}");

    private static int Fail(string message, int exitCode)
    {
        Say(message);
        return exitCode;
    }
}

/// <summary>The run cannot go on; the message is for the operator.</summary>
internal sealed class PaperRunException(string message) : Exception(message);
