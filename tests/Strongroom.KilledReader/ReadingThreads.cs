using Microsoft.Extensions.Hosting;

namespace Strongroom.KilledReader;

/// <summary>Reads without a pause from threads of its own, so that the pool stays free for the drainer.</summary>
public sealed class ReadingThreads : IHostedService
{
    /// <summary>Said once on standard output: by then there is something to account for.</summary>
    public const string ReadyLine = "reading";

    private const int ReadyAfter = 3000;
    private const int SetEvery = 7;
    private const int UndeclaredEvery = 500;

    private readonly ISecretManager _secrets;
    private readonly ReadCounters _counters;
    private readonly Thread[] _threads;
    private volatile bool _stopping;

    public ReadingThreads(ISecretManager secrets, ReadCounters counters)
    {
        _secrets = secrets;
        _counters = counters;
        _threads =
        [
            .. Enumerable.Range(0, ReadCounters.Threads).Select(index => new Thread(() => Read(index)) { IsBackground = true }),
        ];
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var thread in _threads)
            thread.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        foreach (var thread in _threads)
            thread.Join();
        return Task.CompletedTask;
    }

    private void Read(int thread)
    {
        for (var turn = 1L; !_stopping; turn++)
        {
            if (turn % UndeclaredEvery == 0)
                ReadUndeclared(thread);
            else if (turn % SetEvery == 0)
                ReadSet(thread);
            else
                ReadOne(thread, (int)(turn % ReadNames.Declared.Length));
            if (thread == 0 && turn == ReadyAfter)
                Console.WriteLine(ReadyLine);
        }
    }

    private void ReadOne(int thread, int name)
    {
        _counters.Begin(thread, name);
        _ = _secrets.GetAsync(ReadNames.All[name]).AsTask().GetAwaiter().GetResult();
        _counters.End(thread, name);
    }

    private void ReadSet(int thread)
    {
        for (var name = 0; name < ReadNames.Declared.Length; name++)
            _counters.Begin(thread, name);
        _ = _secrets.GetAsync(ReadNames.Declared).AsTask().GetAwaiter().GetResult();
        for (var name = 0; name < ReadNames.Declared.Length; name++)
            _counters.End(thread, name);
    }

    private void ReadUndeclared(int thread)
    {
        _counters.Begin(thread, ReadNames.Undeclared);
        try
        {
            _ = _secrets.GetAsync(ReadNames.All[ReadNames.Undeclared]).AsTask().GetAwaiter().GetResult();
            throw new InvalidOperationException("An undeclared name was served.");
        }
        catch (SecretRefusedException)
        {
            _counters.End(thread, ReadNames.Undeclared);
        }
    }
}
