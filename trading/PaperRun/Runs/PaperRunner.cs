using System.Data.Common;
using System.Runtime.InteropServices;
using PaperRun.Day;
using PaperRun.Report;
using Strongroom;

namespace PaperRun.Runs;

/// <summary>The run from top to bottom: platform, day, report, end.</summary>
internal static class PaperRunner
{
    internal static Task<int> RunAsync(PaperRunOptions options, CancellationToken ct) =>
        options.Problem is { } problem ? Task.FromResult(Fail(problem, 2)) : GuardAsync(end => RunDayAsync(options, end), ct);

    /// <summary>Runs something to its end and gives the exit code; what went wrong is told in one message.</summary>
    internal static async Task<int> GuardAsync(Func<CancellationToken, Task> work, CancellationToken ct)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        // A closed terminal must not leave the services behind; Ctrl-C and SIGTERM come by the token.
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            end.Cancel();
        });
        try
        {
            await work(end.Token);
            return 0;
        }
        catch (Exception e) when (end.IsCancellationRequested && e is OperationCanceledException or PaperRunException)
        {
            OperatorConsole.Say("Stopped.");
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
            return Fail(
                $"The database failed the report ({e.GetType().Name}). Check DATABASE_HOST, DATABASE_PORT, DATABASE_NAME and "
                    + "DATABASE_USER, or unset DATABASE_HOST for SQLite.",
                1
            );
        }
    }

    private static async Task RunDayAsync(PaperRunOptions options, CancellationToken ct)
    {
        await using var run = await RunningPlatform.StartAsync(options, OperatorConsole.Say, ct);
        var day = new TradingDay(run.Broker, run.Platform, run.Secrets, options, DayProgress.OnStandardError());
        var report = await run.Platform.UnlessOneEndsAsync(day.RunAsync(ct));
        if (options.KeepRunning)
        {
            OperatorConsole.Say("The day is over and the platform keeps running. Ctrl-C ends it.");
            await run.Platform.UnlessOneEndsAsync(
                Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct).ContinueWith(_ => report, TaskScheduler.Default)
            );
            ct = CancellationToken.None;
        }

        OperatorConsole.Say("Stopping the services; each ships the last of its audit.");
        var audit = await run.StopServicesAsync(ct);
        await RunSummary.WriteAsync(Console.Out, report, run.Broker, audit, ct);
    }

    private static int Fail(string message, int exitCode)
    {
        OperatorConsole.Say(message);
        return exitCode;
    }
}
