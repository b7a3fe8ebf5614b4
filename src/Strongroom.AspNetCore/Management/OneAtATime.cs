namespace Strongroom.AspNetCore;

/// <summary>
/// Runs one request's database work at a time, so that many requests use no more than one connection.
/// </summary>
internal sealed class OneAtATime : IDisposable
{
    // Held while the database is asked, by design.
    private readonly SemaphoreSlim _turn = new(1);

    internal async Task<T> RunAsync<T>(Func<ValueTask<T>> work, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            return await work();
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
