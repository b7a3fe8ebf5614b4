using System.Runtime.ExceptionServices;

namespace Strongroom.Tests.Support;

/// <summary>Threads of their own, which begin together and whose failures reach the test.</summary>
internal static class TestThreads
{
    public static void AtOnce(params Action[] calls)
    {
        using var together = new Barrier(calls.Length);
        var faults = new Exception?[calls.Length];
        Thread[] threads =
        [
            .. calls.Select(
                (call, i) =>
                    new Thread(() =>
                    {
                        together.SignalAndWait();
                        try
                        {
                            call();
                        }
                        catch (Exception e)
                        {
                            faults[i] = e;
                        }
                    })
            ),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (Array.Find(faults, fault => fault is not null) is { } first)
            ExceptionDispatchInfo.Throw(first);
    }

    /// <summary>Runs what may block, so that the test's own thread does not.</summary>
    public static Task Run(Func<Task> call) =>
        Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
}

/// <summary>Blocks the first thread that enters, as code does that waits synchronously.</summary>
internal sealed class BlockingCall : IDisposable
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _released = new();

    public Task Entered => _entered.Task;

    public void EnterOnceIf(bool condition)
    {
        if (condition && _entered.TrySetResult())
            _released.Wait();
    }

    public void Release() => _released.Set();

    public void Dispose() => _released.Dispose();
}
