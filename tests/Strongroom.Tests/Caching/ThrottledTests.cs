using Strongroom.Tests.Support;

namespace Strongroom.Tests.Caching;

/// <summary>A backend that grants little: who needs it most comes first, and nobody comes too often.</summary>
public sealed class ThrottledTests : IDisposable
{
    private const string Password = "database/password";

    private readonly Room _room = new();

    public void Dispose() => _room.Dispose();

    [Theory]
    [InlineData(Password, Room.Alpaca)]
    [InlineData(Room.Alpaca, Password)]
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
        Assert.Equal([older, younger], _room.Backend.Requests.Select(request => request.Path.Path).Where(path => path == older || path == younger));
    }

    [Fact]
    public async Task Round_ends_with_the_last_of_its_fetches()
    {
        await _room.StartAsync();
        _room.Backend.Fail(Room.Alpaca, SecretErrorCode.Throttled);
        await _room.PassAsync(TimeSpan.FromMinutes(6));

        // All are due at once, and the first hangs. The others come a tick later.
        _room.Suspend(TimeSpan.FromMinutes(6));
        _room.Backend.Heal(Room.Alpaca);
        _room.Backend.Hang(Room.Alpaca);
        _room.Backend.Requests.Clear();
        var round = _room.Runtime.Refresh.RoundAsync();
        _room.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(3, _room.Backend.Requests.Count);
        Assert.False(round.IsCompleted);

        _room.Backend.Unhang(Room.Alpaca);
        await round.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.Equal(BundleCondition.Healthy, _room.State().Condition);
    }

    [Fact]
    public async Task Refresh_comes_less_often_while_much_is_left_and_more_often_as_the_end_comes_near()
    {
        await _room.StartAsync();
        _room.Backend.Fail(Room.Alpaca, SecretErrorCode.Throttled);
        await _room.PassAsync(TimeSpan.FromMinutes(5));
        var before = _room.Backend.CallsFor(Room.Alpaca);

        await _room.PassAsync(TimeSpan.FromMinutes(15));
        var early = _room.Backend.CallsFor(Room.Alpaca) - before;
        await _room.PassAsync(TimeSpan.FromMinutes(20));
        before = _room.Backend.CallsFor(Room.Alpaca);
        await _room.PassAsync(TimeSpan.FromMinutes(15));
        var late = _room.Backend.CallsFor(Room.Alpaca) - before;

        Assert.InRange(early, 2, 7);
        Assert.InRange(late, early + 1, 40);
    }

    [Fact]
    public async Task Refresh_does_not_come_before_the_time_that_was_asked_for()
    {
        await _room.StartAsync();
        _room.Backend.Fail(Room.Alpaca, SecretErrorCode.Throttled, TimeSpan.FromMinutes(9));
        await _room.PassAsync(TimeSpan.FromMinutes(5));
        var before = _room.Backend.CallsFor(Room.Alpaca);

        await _room.PassAsync(TimeSpan.FromMinutes(3.9));

        Assert.Equal(before, _room.Backend.CallsFor(Room.Alpaca));
    }
}
