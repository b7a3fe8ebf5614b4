using SignalService.Peers;
using SignalService.Storage;
using Trading.Contracts;

namespace SignalService.Model;

/// <summary>
/// Generates a cycle's signals once. A repeated request gets the same ones, so that a repeated cycle makes the same orders.
/// </summary>
internal sealed class SignalGenerator(MarketDataClient market, MomentumModel model, SignalStore store)
{
    public async Task<IReadOnlyList<Signal>> JudgeAsync(SignalRequest request, CancellationToken ct)
    {
        var known = await store.FindAsync(request.RunId, request.Cycle, ct);
        if (known.Count > 0)
            return known;
        var bars = await market.BarsAsync(request.Symbols, model.BarsNeeded, request.AsOf, ct);
        var signals = bars.Series.Select(series => model.Judge(series.Symbol, series.Bars)).OfType<Signal>().ToList();
        await store.AddAsync(request, signals, ct);
        // Of two concurrent requests, the first one's signals are used.
        return await store.FindAsync(request.RunId, request.Cycle, ct);
    }
}
