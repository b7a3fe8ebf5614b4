namespace Strongroom.Breaker;

/// <summary>
/// Does something over and over, never twice at once. Who asks while it is being done gets the next time, together with all
/// others who ask meanwhile: so an answer is never older than its question, and one that hangs gathers no crowd behind it.
/// </summary>
/// <param name="round">What is done, on a thread of the pool. It does not throw.</param>
internal sealed class CoalescedOperation<T>(Func<Task<T>> round)
{
    private readonly Lock _gate = new();
    private Task<T>? _running;
    private Task<T>? _next;

    /// <summary>What is being done, or was done last.</summary>
    internal Task Current
    {
        get
        {
            lock (_gate)
                return (Task?)_next ?? _running ?? Task.CompletedTask;
        }
    }

    internal Task<T> RunAsync()
    {
        lock (_gate)
        {
            if (_running is { } running && (_next is not null || !running.IsCompleted))
                return _next ??= RunNextAsync(running);
            return _running = Task.Run(round);
        }
    }

    /// <summary>Begins a round unless one is being done.</summary>
    internal void TryRun()
    {
        lock (_gate)
        {
            if (Current.IsCompleted)
                _running = Task.Run(round);
        }
    }

    private async Task<T> RunNextAsync(Task before)
    {
        // Never on the thread that asks: it has yet to note this as the next one.
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Task<T> running;
        lock (_gate)
        {
            running = _running = Task.Run(round);
            _next = null;
        }
        return await running.ConfigureAwait(false);
    }
}
