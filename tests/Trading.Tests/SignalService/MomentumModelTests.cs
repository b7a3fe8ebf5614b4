using SignalService.Model;
using Trading.Contracts;

namespace Trading.Tests.SignalService;

public class MomentumModelTests
{
    private static readonly DateTimeOffset s_open = new(2026, 3, 2, 14, 30, 0, TimeSpan.Zero);
    private static readonly MomentumModel s_model = new(new MomentumOptions());

    [Fact]
    public void Judge_with_too_few_bars_says_nothing() =>
        Assert.Null(s_model.Judge("AAPL", Bars(s_model.BarsNeeded - 1, _ => 100m)));

    [Fact]
    public void Judge_of_rising_prices_is_long_and_timed_at_the_end_of_the_last_bar()
    {
        var bars = Bars(61, i => 100m + i * 0.05m + Wiggle(i));
        var signal = s_model.Judge("AAPL", bars)!;
        Assert.Equal(SignalDirection.Long, signal.Direction);
        Assert.InRange(signal.TargetWeight, 0.01m, 0.25m);
        Assert.Equal(bars[^1].Close, signal.Price);
        Assert.Equal(bars[^1].Start.AddMinutes(1), signal.BarTime);
    }

    [Fact]
    public void Judge_of_falling_prices_is_short() =>
        Assert.True(s_model.Judge("AAPL", Bars(61, i => 100m - i * 0.05m + Wiggle(i)))!.TargetWeight < 0);

    [Fact]
    public void Judge_of_prices_that_go_nowhere_is_flat_and_wants_nothing()
    {
        var signal = s_model.Judge("AAPL", Bars(61, Wiggle2))!;
        Assert.Equal(SignalDirection.Flat, signal.Direction);
        Assert.Equal(0, signal.TargetWeight);

        static decimal Wiggle2(int i) => 100m + Wiggle(i);
    }

    [Fact]
    public void Judge_of_a_price_that_never_moved_is_flat() =>
        Assert.Equal(SignalDirection.Flat, s_model.Judge("AAPL", Bars(61, _ => 100m))!.Direction);

    [Fact]
    public void Judge_of_the_same_move_with_more_noise_asks_for_less()
    {
        var calm = s_model.Judge("AAPL", Bars(61, i => 100m + i * 0.05m + Wiggle(i)))!;
        var noisy = s_model.Judge("AAPL", Bars(61, i => 100m + i * 0.05m + 10 * Wiggle(i)))!;
        Assert.True(noisy.TargetWeight < calm.TargetWeight);
    }

    // Every third minute up, so that even and odd windows start at the same phase.
    private static decimal Wiggle(int i) => i % 3 == 0 ? 0.03m : 0m;

    private static List<Bar> Bars(int count, Func<int, decimal> close) =>
        [.. Enumerable.Range(0, count).Select(i => new Bar(s_open.AddMinutes(i), close(i), close(i), close(i), close(i), 1_000))];
}
