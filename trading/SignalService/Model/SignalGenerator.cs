using SignalService.Peers;
using SignalService.Storage;
using Trading.Contracts;

namespace SignalService.Model;

/// <summary>
/// Makes a cycle's signals once. Whoever asks again gets the same ones, so that a repeated cycle makes the same orders.
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
        // Two askers at once: the one who was first has spoken.
        return await store.FindAsync(request.RunId, request.Cycle, ct);
    }
}
