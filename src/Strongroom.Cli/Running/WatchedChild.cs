using Strongroom.Cli.Output;
using Strongroom.Cli.Session;

namespace Strongroom.Cli.Running;

/// <summary><c>run --watch</c>: asks again at each refresh interval, and starts the child anew where a value changed.</summary>
internal sealed class WatchedChild(CommandContext context, IReadOnlyList<ChildSecret> secrets, Func<SecretSnapshot, NativeTexts> variables, string path, IReadOnlyList<string> arguments)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Until the child ends by itself; its exit code.</summary>
    internal async Task<int> RunAsync(ChildSignals signals)
    {
        var current = await SecretSnapshot.ReadAsync(context, secrets, signals.Ended);
        try
        {
            while (true)
            {
                var (id, ended) = Start(current);
                signals.Child = id;
                if (await ChangeAsync(current, ended) is not { } changed)
                    return await ended;
                context.Terminal.Note($"strongroom: changed: {string.Join(", ", changed.ChangedSince(current))}; the command is started anew");
                await StopAsync(id, ended);
                current.Dispose();
                current = changed;
            }
        }
        finally
        {
            signals.Child = 0;
            current.Dispose();
        }
    }

    private (int Id, Task<int> Ended) Start(SecretSnapshot current)
    {
        using var argumentTexts = NativeTexts.Arguments(arguments);
        using var variableTexts = variables(current);
        var id = ChildProcess.Start(path, argumentTexts, variableTexts);
        return (id, Task.Factory.StartNew(() => ChildProcess.Wait(id), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
    }

    /// <summary>The new values, or null where the child ended first. An outage changes nothing: the child goes on with what it has.</summary>
    private async Task<SecretSnapshot?> ChangeAsync(SecretSnapshot current, Task ended)
    {
        var isTold = false;
        while (true)
        {
            using (var over = new CancellationTokenSource())
            {
                await Task.WhenAny(ended, Task.Delay(context.Settings.Options.CacheRefresh, context.Time, over.Token));
                await over.CancelAsync();
            }
            if (ended.IsCompleted)
                return null;
            SecretSnapshot? now = null;
            try
            {
                now = await SecretSnapshot.ReadAsync(context, secrets, CancellationToken.None);
                isTold = false;
            }
            catch (SecretException e)
            {
                if (!isTold)
                    context.Terminal.Warn($"the values could not be read again, and the command goes on with what it has: {e.Message}");
                isTold = true;
            }
            if (now is not null && now.ChangedSince(current).Count > 0)
                return now;
            now?.Dispose();
        }
    }

    private async Task StopAsync(int id, Task<int> ended)
    {
        ChildProcess.Send(id, ChildSignals.Terminate);
        using var over = new CancellationTokenSource();
        await Task.WhenAny(ended, Task.Delay(s_patience, context.Time, over.Token));
        await over.CancelAsync();
        // The number is the child's as long as nobody has waited for it.
        if (!ended.IsCompleted)
            ChildProcess.Send(id, ChildSignals.Kill);
        await ended;
    }
}
