using System.Collections.Concurrent;

namespace Strongroom.AspNetCore.Tests.Support;

/// <summary>Used ids as two instances share them, told to fail or to hang.</summary>
internal sealed class SharedUsedIds : IUsedIdStore
{
    private readonly ConcurrentDictionary<string, bool> _used = new();

    internal Exception? Failure { get; set; }

    internal Task Hang { get; set; } = Task.CompletedTask;

    internal int Asked { get; private set; }

    public async ValueTask<bool> TryUseAsync(string id, CancellationToken ct)
    {
        Asked++;
        await Hang;
        return Failure is null ? _used.TryAdd(id, true) : throw Failure;
    }
}
