using Microsoft.Extensions.Time.Testing;
using Strongroom.Resilience;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Resilience;

public class ThrottleGateTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<(double Seconds, long Count)> _begun = [];
    private int _ended;

    [Fact]
    public void Pause_where_nothing_is_asked_is_a_second_doubled_each_time_up_to_a_minute()
    {
        var gate = Gate();
        var pauses = new List<double>();
        for (var i = 0; i < 8; i++)
        {
            pauses.Add(gate.Pause().TotalSeconds);
            _time.Advance(TimeSpan.FromSeconds(pauses[^1]));
            Assert.Null(gate.Left);
        }
        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], pauses);
    }

    [Fact]
    public void Pause_counts_every_call_and_tells_the_first_of_a_row_and_its_end()
    {
        var gate = Gate();
        gate.Pause();
        Assert.Equal(1, gate.Pause().TotalSeconds); // it was on its way already
        gate.Succeeded(); // so was this
        Assert.Equal(0, _ended);
        _time.Advance(TimeSpan.FromSeconds(1));
        gate.Pause();
        Assert.Equal((1, 1), Assert.Single(_begun));
        _time.Advance(TimeSpan.FromSeconds(2));
        gate.Succeeded();
        gate.Succeeded();
        Assert.Equal((3, 1), (gate.Count, _ended));
        Assert.Equal(1, gate.Pause().TotalSeconds);
        Assert.Equal([(1, 1), (1, 4)], _begun);
    }

    [Fact]
    public async Task Pause_whose_news_is_blocked_holds_up_no_other_call()
    {
        using var block = new BlockingCall();
        var gate = new ThrottleGate(_time, (_, _) => block.EnterOnceIf(true), () => { }, () => 0);
        var blocked = TestThreads.Run(() =>
        {
            gate.Pause();
            return Task.CompletedTask;
        });
        await block.Entered;
        try
        {
            await TestThreads
                .Run(() =>
                {
                    Assert.Equal(TimeSpan.FromSeconds(1), gate.Left);
                    Assert.Equal(TimeSpan.FromSeconds(1), gate.Pause());
                    _time.Advance(TimeSpan.FromSeconds(1));
                    gate.Succeeded();
                    return Task.CompletedTask;
                })
                .WaitAsync(TimeSpan.FromSeconds(60));
        }
        finally
        {
            block.Release();
        }
        await blocked;
    }

    [Fact]
    public void Pause_is_what_is_asked_up_to_five_minutes_and_spread_by_half()
    {
        var gate = Gate(spread: 1);
        Assert.Equal(15, gate.Pause(TimeSpan.FromSeconds(10)).TotalSeconds);
        Assert.Equal(15, gate.Left!.Value.TotalSeconds);
        Assert.Equal(450, gate.Pause(TimeSpan.FromHours(1)).TotalSeconds);
        Assert.Equal(450, gate.Left!.Value.TotalSeconds);
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(60)]
    public void Pause_is_as_long_as_it_is_whatever_the_wall_clock_is_set_to(int minutes)
    {
        var stepped = new SteppedTime(_time);
        var gate = new ThrottleGate(stepped, (_, _) => { }, () => _ended++, () => 0);
        gate.Pause(TimeSpan.FromSeconds(13));
        stepped.WallStep = TimeSpan.FromMinutes(minutes);
        Assert.Equal(13, gate.Left!.Value.TotalSeconds);
        _time.Advance(TimeSpan.FromSeconds(13));
        Assert.Null(gate.Left);
        gate.Succeeded();
        Assert.Equal(1, _ended);
    }

    private ThrottleGate Gate(double spread = 0) =>
        new(_time, (pause, count) => _begun.Add((pause.TotalSeconds, count)), () => _ended++, () => spread);
}
