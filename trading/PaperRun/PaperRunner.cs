using System.Data.Common;
using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using PaperRun.Day;
using PaperRun.Report;
using PaperRun.Secrets;
using PaperRun.Services;
using Strongroom;
using Strongroom.Audit;
using Strongroom.Hosting;
using Strongroom.Testing;

namespace PaperRun;

/// <summary>The run from top to bottom: secrets, broker, services, day, report, end.</summary>
internal static class PaperRunner
{
    internal static async Task<int> RunAsync(PaperRunOptions options, CancellationToken ct)
    {
        if (options.Problem is { } problem)
            return Fail(problem, 2);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        // A closed terminal must not leave the services behind; Ctrl-C and SIGTERM come by the token.
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            end.Cancel();
        });
        try
        {
            await RunDayAsync(options, end.Token);
            return 0;
        }
        catch (Exception e) when (end.IsCancellationRequested && e is OperationCanceledException or PaperRunException)
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
            return Fail(e.Message, e is SecretConfigurationException ? 2 : 3);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(e.Message, 1);
        }
        catch (DbException e)
        {
            // The words of a database's driver may hold anything; the services' logs have them redacted.
            return Fail($"The database failed the report ({e.GetType().Name}). Check DATABASE_HOST, DATABASE_PORT, DATABASE_NAME and DATABASE_USER, or unset DATABASE_HOST for SQLite.", 1);
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
        platform.Tell(Say);
        Say("All five services are ready.");

        var day = new TradingDay(broker, platform, secrets, options, DayProgress.OnStandardError());
        var report = await platform.UnlessOneEndsAsync(day.RunAsync(ct));
        if (options.KeepRunning)
        {
            Say("The day is over and the platform keeps running. Ctrl-C ends it.");
            await platform.UnlessOneEndsAsync(Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct).ContinueWith(_ => report, TaskScheduler.Default));
            ct = CancellationToken.None;
        }

        Say("Stopping the services; each ships the last of its audit.");
        await platform.StopAsync();
        var audit = host.Services.GetRequiredService<IAuditStore>();
        await OwnAccesses.WaitUntilStoredAsync(host.Services.GetRequiredService<StrongroomComposition>().Runtime.Trail.Journal, audit, ct);
        await RunSummary.WriteAsync(Console.Out, report, broker, audit, ct);
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
