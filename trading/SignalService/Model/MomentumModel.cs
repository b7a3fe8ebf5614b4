using Trading.Contracts;

namespace SignalService.Model;

/// <summary>
/// Momentum over the last bars, in units of its own noise: a move of one sigma is half conviction, and a noisy symbol gets a
/// smaller weight for the same conviction.
/// </summary>
internal sealed class MomentumModel(MomentumOptions options)
{
    /// <summary>How many bars a symbol must have.</summary>
    public int BarsNeeded => Math.Max(options.MomentumBars, options.VolatilityBars) + 1;

    /// <summary>Returns the signal, or null where there are too few bars.</summary>
    public Signal? Judge(string symbol, IReadOnlyList<Bar> bars)
    {
        if (bars.Count < BarsNeeded)
            return null;
        var last = bars[^1];
        var move = Return(bars[^(options.MomentumBars + 1)].Close, last.Close);
        var noise = Volatility(bars);
        // A price that never moved has neither direction nor noise.
        var score = noise > 0 ? move / (noise * Math.Sqrt(options.MomentumBars)) : 0;
        // Rounded, and free of functions that differ between machines: the same bars are the same signal everywhere.
        var strength = decimal.Round((decimal)(score / (1 + Math.Abs(score))), 4);
        if (Math.Abs(strength) < options.Threshold)
            return new Signal(symbol, SignalDirection.Flat, strength, 0, last.Close, last.Start + OneBar);

        var calm = noise > 0 ? Math.Min(1m, decimal.Round(options.TargetVolatility / (decimal)noise, 4)) : 1m;
        var weight = decimal.Round(strength * options.MaxWeight * calm, 4);
        var direction = strength > 0 ? SignalDirection.Long : SignalDirection.Short;
        return new Signal(symbol, direction, strength, weight, last.Close, last.Start + OneBar);
    }

    private static TimeSpan OneBar => TimeSpan.FromMinutes(1);

    private double Volatility(IReadOnlyList<Bar> bars)
    {
        double sum = 0,
            squares = 0;
        for (var i = bars.Count - options.VolatilityBars; i < bars.Count; i++)
        {
            var change = Return(bars[i - 1].Close, bars[i].Close);
            sum += change;
            squares += change * change;
        }
        var mean = sum / options.VolatilityBars;
        return Math.Sqrt(Math.Max(0, squares / options.VolatilityBars - mean * mean));
    }

    private static double Return(decimal from, decimal to) => from > 0 ? (double)(to / from) - 1 : 0;
}
