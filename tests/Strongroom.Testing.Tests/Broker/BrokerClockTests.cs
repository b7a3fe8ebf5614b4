using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace Strongroom.Testing.Tests.Broker;

public sealed class BrokerClockTests : BrokerTest
{
    private static readonly TimeSpan Winter = TimeSpan.FromHours(-5);

    private protected override PaperBrokerOptions Options =>
        new() { TradingDate = new DateOnly(2026, 3, 6), AllowControl = true };

    [Fact]
    public async Task Clock_ThroughAWeekend_GoesFromFridayToMondayAndIntoDaylightTime()
    {
        Assert.Equal(new DateTimeOffset(2026, 3, 6, 9, 30, 0, Winter), Broker.Clock.Now);
        Assert.True(Broker.Clock.IsOpen);
        Assert.Equal(new DateTimeOffset(2026, 3, 6, 16, 0, 0, Winter), Broker.Clock.NextClose);
        await AdvanceAsync(BrokerClock.BarsPerDay);
        Assert.False(Broker.Clock.IsOpen);
        Assert.Equal(new DateTimeOffset(2026, 3, 6, 16, 0, 0, Winter), Broker.Clock.Now);
        // ElapsedClock go forward on Sunday, 8 March 2026.
        Assert.Equal(new DateTimeOffset(2026, 3, 9, 9, 30, 0, TimeSpan.FromHours(-4)), Broker.Clock.NextOpen);
        Assert.Equal(Broker.Clock.NextOpen.AddMinutes(390), Broker.Clock.NextClose);
        await AdvanceAsync();
        Assert.Equal((new DateOnly(2026, 3, 9), 1), (Broker.Clock.TradingDate, Broker.Clock.BarsCompleted));
    }

    [Fact]
    public async Task ClockRoute_OpenAndClosed_SpeaksNewYorkTime()
    {
        await AdvanceAsync(5);
        var open = (await Caller.GetAsync("/v2/clock")).Json;
        Assert.Equal("2026-03-06T09:35:00-05:00", open.Text("timestamp"));
        Assert.True(open.GetProperty("is_open").GetBoolean());
        Assert.Equal(
            ("2026-03-09T09:30:00-04:00", "2026-03-06T16:00:00-05:00"),
            (open.Text("next_open"), open.Text("next_close"))
        );
        await Broker.Clock.AdvanceToCloseAsync(TestContext.Current.CancellationToken);
        var closed = (await Caller.GetAsync("/v2/clock")).Json;
        Assert.False(closed.GetProperty("is_open").GetBoolean());
        Assert.Equal("2026-03-09T16:00:00-04:00", closed.Text("next_close"));
    }

    [Fact]
    public async Task Advance_Cancelled_StopsBetweenBars()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => Broker.Clock.AdvanceAsync(1, cancelled.Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            Broker.Clock.AdvanceAsync(-1, TestContext.Current.CancellationToken)
        );
        Assert.Equal(0, Broker.Clock.BarsCompleted);
    }

    [Fact]
    public async Task Run_Accelerated_CompletesOneBarPerShortenedMinute()
    {
        var time = new FakeTimeProvider();
        using var end = new CancellationTokenSource();
        var run = Broker.Clock.RunAsync(60, time, end.Token);
        for (var bar = 1; bar <= 3; bar++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Waiting.UntilAsync(() => Broker.Clock.BarsCompleted == bar);
        }
        await end.CancelAsync();
        await run;
        Assert.Equal(3, Broker.Clock.BarsCompleted);
    }

    [Fact]
    public async Task AdvanceRoute_WithTheToken_MovesTheClock()
    {
        var moved = await ControlAsync(Broker.ControlToken, """{"bars":12}""");
        Assert.Equal("2026-03-06T09:42:00-05:00", moved.Json.Text("timestamp"));
        Assert.Equal(12, Broker.Clock.BarsCompleted);
    }

    [Theory]
    [InlineData("""{"bars":-1}""")]
    [InlineData("""{"bars":"3"}""")]
    [InlineData("""{"bars":1000000}""")]
    [InlineData("{}")]
    [InlineData("")]
    public async Task AdvanceRoute_WithoutANumber_Is422(string body) =>
        (await ControlAsync(Broker.ControlToken, body)).IsRefusal(422, 40010001, "bars must be a number");

    [Fact]
    public async Task AdvanceRoute_WithoutTheToken_Is401()
    {
        (await ControlAsync(null, """{"bars":1}""")).IsRefusal(401, 40110000, "request is not authorized");
        (await ControlAsync(Broker.ControlToken![1..], """{"bars":1}""")).IsRefusal(401, 40110000, "request is not authorized");
        Assert.Equal(0, Broker.Clock.BarsCompleted);
    }

    [Fact]
    public async Task AdvanceRoute_WhereControlIsNotAllowed_IsNotThere()
    {
        await using var closed = await PaperBroker.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Null(closed.ControlToken);
        using var caller = new AlpacaCaller(closed.Url, null);
        (await caller.SendAsync(HttpMethod.Post, "/paper/advance", """{"bars":1}""")).IsRefusal(
            404,
            40410000,
            "endpoint not found"
        );
    }

    private Task<Answer> ControlAsync(string? token, string body) =>
        CallerWith(null)
            .SendAsync(HttpMethod.Post, "/paper/advance", body, r =>
            {
                if (token is not null)
                    r.Headers.Add("Paper-Control-Token", token);
            });
}
