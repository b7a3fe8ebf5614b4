namespace ExecutionGateway.Orders;

/// <summary>One hand on one order at a time. Orders share a fixed number of locks, so nothing grows.</summary>
internal sealed class OrderLocks : IDisposable
{
    private readonly SemaphoreSlim[] _locks = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];

    public async Task<IDisposable> HoldAsync(string clientOrderId, CancellationToken ct)
    {
        var turn = _locks[(uint)string.GetHashCode(clientOrderId, StringComparison.Ordinal) % (uint)_locks.Length];
        await turn.WaitAsync(ct);
        return new Hold(turn);
    }

    public void Dispose() => Array.ForEach(_locks, turn => turn.Dispose());

    private sealed class Hold(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
