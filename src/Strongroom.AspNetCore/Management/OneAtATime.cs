namespace Strongroom.AspNetCore;

/// <summary>
/// Lets one request after the other make work at the database, so that many at once hold no more than one connection.
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
