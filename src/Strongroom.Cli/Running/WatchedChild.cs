using Strongroom.Cli.Output;
using Strongroom.Cli.Session;

namespace Strongroom.Cli.Running;

/// <summary><c>run --watch</c>: reads again at each refresh interval, and restarts the child when a value changed.</summary>
internal sealed class WatchedChild(
    CommandContext context,
    IReadOnlyList<ChildSecret> secrets,
    Func<SecretSnapshot, NativeStrings> variables,
    string path,
    IReadOnlyList<string> arguments
)
{
    /// <summary>Until the child ends by itself; its exit code. Nothing that it started is left then.</summary>
    internal async Task<int> RunAsync(ChildSignals signals)
    {
        var current = await SecretSnapshot.ReadAsync(context, secrets, isQuiet: false, signals.Ended);
        var terminal = IsGroupShared(context.Terminal) ? null : ControllingTerminal.Find();
        using var tree = new ChildTree(ownGroup: !IsGroupShared(context.Terminal), terminal);
        try
        {
            while (true)
            {
                signals.Child = tree;
                Start(tree, current);
                var changed = await ChangeAsync(current, tree.Ended, signals.Ended);
                if (changed is not null)
                    context.Terminal.Note(
                        $"strongroom: {string.Join(", ", changed.ChangedSince(current))} changed; the command is restarted"
                    );
                // A signal from here on ends this command; the child is ending anyway.
                signals.Child = null;
                if (!await tree.EndAsync(context.Time))
                    context.Terminal.Warn(
                        "not every process that the command started could be stopped; those that remain have the old values"
                    );
                if (changed is null)
                {
                    signals.Ended.ThrowIfCancellationRequested();
                    return await tree.Ended;
                }
                current.Dispose();
                current = changed;
                signals.Ended.ThrowIfCancellationRequested();
                terminal?.RestoreModes();
            }
        }
        finally
        {
            current.Dispose();
        }
    }

    /// <summary>
    /// Whether the child stays in this process's group: at a terminal in a pipeline, where another one of the pipeline may need
    /// the terminal, or where it is not the whole terminal.
    /// </summary>
    internal static bool IsGroupShared(Terminal terminal) => terminal.IsInputTerminal != terminal.IsOutputTerminal;

    private void Start(ChildTree tree, SecretSnapshot current)
    {
        using var argumentTexts = NativeStrings.Arguments(arguments);
        using var variableTexts = variables(current);
        tree.Start(path, argumentTexts, variableTexts);
    }

    /// <summary>
    /// The new values, or null where the child ended first, or a signal arrived while the child was being started. An outage
    /// changes nothing: the child goes on with what it has.
    /// </summary>
    private async Task<SecretSnapshot?> ChangeAsync(SecretSnapshot current, Task ended, CancellationToken asked)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(asked);
        var asking = AskAsync(current, over.Token);
        await Task.WhenAny(ended, asking);
        await over.CancelAsync();
        var changed = await asking;
        if (!ended.IsCompleted)
            return changed;
        changed?.Dispose();
        return null;
    }

    private async Task<SecretSnapshot?> AskAsync(SecretSnapshot current, CancellationToken ct)
    {
        var isTold = false;
        try
        {
            while (true)
            {
                await Task.Delay(context.Settings.Options.CacheRefresh, context.Time, ct);
                try
                {
                    var now = await SecretSnapshot.ReadAsync(context, secrets, isQuiet: true, ct);
                    isTold = false;
                    if (now.ChangedSince(current).Count > 0)
                        return now;
                    now.Dispose();
                }
                catch (SecretException e)
                {
                    if (!isTold)
                        context.Terminal.Warn(
                            $"the values could not be refreshed, and the command continues with the old ones: {e.Message}"
                        );
                    isTold = true;
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return null;
        }
    }
}
