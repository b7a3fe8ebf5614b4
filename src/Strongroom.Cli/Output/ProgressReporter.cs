namespace Strongroom.Cli.Output;

/// <summary>Says on stderr what is being waited for, once that takes longer than a second.</summary>
internal static class ProgressReporter
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    internal static async Task<T> WaitAsync<T>(this Terminal terminal, string what, TimeProvider time, Func<Task<T>> work)
    {
        var running = work();
        if (running.IsCompleted)
            return await running;
        var began = time.GetTimestamp();
        using var ended = new CancellationTokenSource();
        var showing = ShowAsync(terminal, what, time, began, ended.Token);
        try
        {
            return await running;
        }
        finally
        {
            await ended.CancelAsync();
            await showing;
        }
    }

    internal static Task WaitAsync(this Terminal terminal, string what, TimeProvider time, Func<Task> work) =>
        terminal.WaitAsync(what, time, async () =>
        {
            await work();
            return 0;
        });

    /// <summary>On a terminal a line that counts the seconds; elsewhere one line, once.</summary>
    private static async Task ShowAsync(Terminal terminal, string what, TimeProvider time, long began, CancellationToken ct)
    {
        var hasShown = false;
        while (true)
        {
            await Task.Delay(s_patience, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ct.IsCancellationRequested)
                break;
            if (!hasShown || terminal.IsErrorTerminal)
                terminal.Progress($"{what} … {time.GetElapsedTime(began).TotalSeconds:0} s");
            hasShown = true;
        }
        if (hasShown)
            terminal.EndProgress();
    }
}
