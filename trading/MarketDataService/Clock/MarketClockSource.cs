using Trading.Contracts;

namespace MarketDataService.Clock;

/// <summary>Returns the broker's time, cached for a short while, since the broker limits requests.</summary>
internal sealed class MarketClockSource(AlpacaClockClient broker, MarketDataOptions options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private MarketClock? _last;
    private long _readAt;

    public async Task<MarketClock> ReadAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            if (_last is { } last && time.GetElapsedTime(_readAt) < options.ClockMaxAge)
                return last;
            // Measured from before the request, so that a slow response does not count as fresh.
            var asked = time.GetTimestamp();
            _last = await broker.ReadAsync(ct);
            _readAt = asked;
            return _last;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
