using Strongroom.Tests.Support;

namespace Strongroom.Tests.Caching;

/// <summary>A backend that grants little: the bundle that needs it most comes first, and none comes too often.</summary>
public sealed class ThrottledTests : IDisposable
{
    private const string Password = "database/password";

    private readonly Fixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(Password, Fixture.Alpaca)]
    [InlineData(Fixture.Alpaca, Password)]
    public async Task Refresh_takes_the_value_that_ends_first_and_one_after_the_other(string older, string younger)
    {
        await _fixture.StartAsync();
        _fixture.Backend.Fail(older, SecretErrorCode.Unreachable);
        await _fixture.PassAsync(TimeSpan.FromMinutes(10));
        _fixture.Backend.Fail(older, SecretErrorCode.Throttled);
        _fixture.Backend.Fail(younger, SecretErrorCode.Throttled);
        await _fixture.PassAsync(TimeSpan.FromMinutes(6));

        // All are due at once, and the first hangs.
        _fixture.Suspend(TimeSpan.FromMinutes(6));
        _fixture.Backend.Requests.Clear();
        _fixture.Backend.Hang(older);
        var round = _fixture.Runtime.Refresh.RoundAsync();
        Assert.Equal(older, Assert.Single(_fixture.Backend.Requests).Path.Path);

        _fixture.Backend.Unhang(older);
        await round.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.Equal(
            [older, younger],
            _fixture.Backend.Requests.Select(request => request.Path.Path).Where(path => path == older || path == younger)
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
        await _fixture.StartAsync();
        _fixture.Backend.Fail(hanging, SecretErrorCode.Unreachable);
        await _fixture.PassAsync(TimeSpan.FromMinutes(10));
        _fixture.Backend.Fail(other, SecretErrorCode.Throttled);
        await _fixture.PassAsync(TimeSpan.FromMinutes(6));
        _fixture.Suspend(TimeSpan.FromMinutes(6));
        _fixture.Backend.Hang(hanging);
        _fixture.Backend.Heal(hanging);
        var passed = new TaskCompletionSource();
        _fixture.Backend.Answered = _ => passed.TrySetResult();
        var round = _fixture.Runtime.Refresh.RoundAsync();
        Assert.False(passed.Task.IsCompleted);

        _fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await passed.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.False(round.IsCompleted);

        _fixture.Backend.Unhang(hanging);
        await round.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.Null(_fixture.State(hanging == Password ? Password : "alpaca").LastError);
    }

    [Fact]
    public async Task Refresh_comes_less_often_while_much_is_left_and_more_often_as_the_end_comes_near()
    {
        await _fixture.StartAsync();
        _fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Throttled);
        await _fixture.PassAsync(TimeSpan.FromMinutes(5));
        var before = _fixture.Backend.CallsFor(Fixture.Alpaca);

        await _fixture.PassAsync(TimeSpan.FromMinutes(15));
        var early = _fixture.Backend.CallsFor(Fixture.Alpaca) - before;
        await _fixture.PassAsync(TimeSpan.FromMinutes(20));
        before = _fixture.Backend.CallsFor(Fixture.Alpaca);
        await _fixture.PassAsync(TimeSpan.FromMinutes(15));
        var late = _fixture.Backend.CallsFor(Fixture.Alpaca) - before;

        Assert.InRange(early, 2, 7);
        Assert.InRange(late, early + 1, 40);
    }

    [Fact]
    public async Task Refresh_does_not_come_before_the_time_that_was_asked_for()
    {
        await _fixture.StartAsync();
        _fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Throttled, TimeSpan.FromMinutes(9));
        await _fixture.PassAsync(TimeSpan.FromMinutes(5));
        var before = _fixture.Backend.CallsFor(Fixture.Alpaca);

        await _fixture.PassAsync(TimeSpan.FromMinutes(3.9));

        Assert.Equal(before, _fixture.Backend.CallsFor(Fixture.Alpaca));
    }
}
