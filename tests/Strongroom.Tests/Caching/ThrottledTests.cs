using Strongroom.Tests.Support;

namespace Strongroom.Tests.Caching;

/// <summary>A backend that grants little: who needs it most comes first, and nobody comes too often.</summary>
public sealed class ThrottledTests : IDisposable
{
    private const string Password = "database/password";

    private readonly Fixture _room = new();

    public void Dispose() => _room.Dispose();

    [Theory]
    [InlineData(Password, Fixture.Alpaca)]
    [InlineData(Fixture.Alpaca, Password)]
    public async Task Refresh_takes_the_value_that_ends_first_and_one_after_the_other(string older, string younger)
    {
        await _room.StartAsync();
        _room.Backend.Fail(older, SecretErrorCode.Unreachable);
        await _room.PassAsync(TimeSpan.FromMinutes(10));
        _room.Backend.Fail(older, SecretErrorCode.Throttled);
        _room.Backend.Fail(younger, SecretErrorCode.Throttled);
        await _room.PassAsync(TimeSpan.FromMinutes(6));

        // All are due at once, and the first hangs.
        _room.Suspend(TimeSpan.FromMinutes(6));
        _room.Backend.Requests.Clear();
        _room.Backend.Hang(older);
        var round = _room.Runtime.Refresh.RoundAsync();
        Assert.Equal(older, Assert.Single(_room.Backend.Requests).Path.Path);

        _room.Backend.Unhang(older);
        await round.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.Equal(
            [older, younger],
            _room.Backend.Requests.Select(request => request.Path.Path).Where(path => path == older || path == younger)
        );
    }

    [Theory]
    [InlineData(Password, Fixture.Alpaca)]
    [InlineData(Fixture.Alpaca, Password)]
    public async Task Round_that_takes_one_after_the_other_goes_past_one_that_hangs_and_ends_no_sooner_than_it(
        string hanging,
        string other
    )
    {
        await _room.StartAsync();
        _room.Backend.Fail(hanging, SecretErrorCode.Unreachable);
        await _room.PassAsync(TimeSpan.FromMinutes(10));
        _room.Backend.Fail(other, SecretErrorCode.Throttled);
        await _room.PassAsync(TimeSpan.FromMinutes(6));
        _room.Suspend(TimeSpan.FromMinutes(6));
        _room.Backend.Hang(hanging);
        _room.Backend.Heal(hanging);
        var passed = new TaskCompletionSource();
        _room.Backend.Answered = _ => passed.TrySetResult();
        var round = _room.Runtime.Refresh.RoundAsync();
        Assert.False(passed.Task.IsCompleted);

        _room.Time.Advance(TimeSpan.FromSeconds(1));
        await passed.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.False(round.IsCompleted);

        _room.Backend.Unhang(hanging);
        await round.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.Null(_room.State(hanging == Password ? Password : "alpaca").LastError);
    }

    [Fact]
    public async Task Refresh_comes_less_often_while_much_is_left_and_more_often_as_the_end_comes_near()
    {
        await _room.StartAsync();
        _room.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Throttled);
        await _room.PassAsync(TimeSpan.FromMinutes(5));
        var before = _room.Backend.CallsFor(Fixture.Alpaca);

        await _room.PassAsync(TimeSpan.FromMinutes(15));
        var early = _room.Backend.CallsFor(Fixture.Alpaca) - before;
        await _room.PassAsync(TimeSpan.FromMinutes(20));
        before = _room.Backend.CallsFor(Fixture.Alpaca);
        await _room.PassAsync(TimeSpan.FromMinutes(15));
        var late = _room.Backend.CallsFor(Fixture.Alpaca) - before;

        Assert.InRange(early, 2, 7);
        Assert.InRange(late, early + 1, 40);
    }

    [Fact]
    public async Task Refresh_does_not_come_before_the_time_that_was_asked_for()
    {
        await _room.StartAsync();
        _room.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Throttled, TimeSpan.FromMinutes(9));
        await _room.PassAsync(TimeSpan.FromMinutes(5));
        var before = _room.Backend.CallsFor(Fixture.Alpaca);

        await _room.PassAsync(TimeSpan.FromMinutes(3.9));

        Assert.Equal(before, _room.Backend.CallsFor(Fixture.Alpaca));
    }
}
