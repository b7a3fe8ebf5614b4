namespace ExecutionGateway.Orders;

/// <summary>
/// Serialises work on one order, and decisions on one symbol. Each kind shares a fixed number of locks, so memory is bounded. A
/// caller that needs both takes the order's lock first.
/// </summary>
internal sealed class OrderLocks : IDisposable
{
    private readonly SemaphoreSlim[] _orders = Make();
    private readonly SemaphoreSlim[] _symbols = Make();

    public Task<IDisposable> HoldAsync(string clientOrderId, CancellationToken ct) => HoldAsync(_orders, clientOrderId, ct);

    public Task<IDisposable> HoldSymbolAsync(string symbol, CancellationToken ct) => HoldAsync(_symbols, symbol, ct);

    public void Dispose() => Array.ForEach([.. _orders, .. _symbols], turn => turn.Dispose());

    private static SemaphoreSlim[] Make() => [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];

    private static async Task<IDisposable> HoldAsync(SemaphoreSlim[] locks, string name, CancellationToken ct)
    {
        var turn = locks[(uint)string.GetHashCode(name, StringComparison.Ordinal) % (uint)locks.Length];
        await turn.WaitAsync(ct);
        return new Hold(turn);
    }

    private sealed class Hold(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
