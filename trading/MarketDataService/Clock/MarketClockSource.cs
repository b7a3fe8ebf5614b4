using Trading.Contracts;

namespace MarketDataService.Clock;

/// <summary>Gives the broker's time, and the same answer again while it is young: many ask, the broker counts.</summary>
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
            // Reckoned from before the request, so that an answer that was long on its way is not young.
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
