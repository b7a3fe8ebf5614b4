using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Backends;
using Strongroom.Resilience;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Resilience;

public sealed class ResilienceLayerTests
{
    private readonly WatchedTime _time = new(DateTimeOffset.UnixEpoch);
    private readonly ProgrammableBackend _backend = new() { Capabilities = new BackendCapabilities { BatchSize = 20 } };
    private readonly ResilienceLayer _layer;

    public ResilienceLayerTests() => _layer = new ResilienceLayer(_backend, new ResilienceSettings(), _time, NullLogger.Instance);

    [Fact]
    public async Task Read_that_fails_transiently_is_asked_three_times_in_all()
    {
        _backend.Fail("a", SecretErrorCode.Unreachable);
        var answer = Assert.Single(await ReadAsync("a"));
        Assert.Equal(SecretErrorCode.Unreachable, answer.Error?.Code);
        Assert.Equal(3, _backend.CallsFor("a"));
    }

    [Theory]
    [InlineData(SecretErrorCode.Missing)]
    [InlineData(SecretErrorCode.Denied)]
    public async Task Read_that_fails_for_good_is_asked_once(SecretErrorCode code)
    {
        _backend.Fail("a", code);
        Assert.Equal(code, Assert.Single(await ReadAsync("a")).Error?.Code);
        Assert.Equal(1, _backend.CallsFor("a"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(SecretErrorCode.Missing)]
    [InlineData(SecretErrorCode.Denied)]
    public async Task Read_that_is_final_at_its_first_attempt_builds_no_pipeline(SecretErrorCode? code)
    {
        if (code is { } failure)
            _backend.Fail("a", failure);
        _backend.Hang("a");
        var pending = _layer.ReadAsync([Request("a")], CancellationToken.None);
        Assert.False(pending.IsCompleted);
        _backend.Unhang("a");
        Assert.Equal(code, Assert.Single(await pending).Error?.Code);
        Assert.False(_layer.HasPipelines);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_makes_the_same_attempts_whether_or_not_its_path_has_failed_before(bool hasFailed)
    {
        if (hasFailed)
            await FailOnceAsync("a");
        Assert.Equal(hasFailed, _layer.HasPipelines);
        var attempts = new List<double>();
        var began = _time.GetUtcNow();
        _backend.Asked = _ => attempts.Add((_time.GetUtcNow() - began).TotalSeconds);
        _backend.Fail("a", SecretErrorCode.Throttled, TimeSpan.FromSeconds(1));
        Assert.Equal(SecretErrorCode.Throttled, Assert.Single(await ReadAsync("a")).Error?.Code);
        Assert.Collection(
            attempts,
            first => Assert.Equal(0, first),
            second => Assert.InRange(second, 1, 1.5),
            third => Assert.InRange(third, 2, 2.5)
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_that_hangs_ends_at_its_limits_whether_or_not_its_path_has_failed_before(bool hasFailed)
    {
        if (hasFailed)
            await FailOnceAsync("a");
        var attempts = new List<double>();
        var began = _time.GetUtcNow();
        _backend.Asked = _ => attempts.Add((_time.GetUtcNow() - began).TotalSeconds);
        _backend.Hang("a");
        Assert.Equal(SecretErrorCode.TimedOut, Assert.Single(await ReadAsync("a")).Error?.Code);
        Assert.Equal(3, attempts.Count);
        Assert.InRange(attempts[1], 2, 2.9);
        Assert.InRange((_time.GetUtcNow() - began).TotalSeconds, 4.9, 5.5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_reports_each_retry_whether_or_not_its_path_has_failed_before(bool hasFailed)
    {
        using var log = new CollectingLoggerProvider();
        var layer = new ResilienceLayer(_backend, new ResilienceSettings(), _time, log);
        if (hasFailed)
            await FailOnceAsync("a", layer);
        var before = log.Count(1200);
        _backend.Fail("a", SecretErrorCode.Unreachable);
        await ReadAsync(layer, "a");
        Assert.Equal(2, log.Count(1200) - before);
        Assert.Contains("attempt 2", log.Entries.SkipLast(1).Last().Text, StringComparison.Ordinal);
        Assert.Contains("attempt 3", log.Entries.Last().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Breaker_counts_the_failure_that_built_it()
    {
        var layer = new ResilienceLayer(_backend, new ResilienceSettings { Attempts = 1 }, _time, NullLogger.Instance);
        _backend.Fail("a", SecretErrorCode.Unreachable);
        for (var i = 0; i < 6; i++)
            await layer.ReadAsync([Request("a")], CancellationToken.None);
        Assert.Equal(5, _backend.CallsFor("a"));
    }

    [Fact]
    public async Task Read_of_a_batch_asks_again_only_for_what_failed()
    {
        var failures = 1;
        _backend.Fail("b", request =>
            failures-- > 0 ? new SecretUnavailableException(SecretErrorCode.Throttled, "slow down") : null
        );
        var answers = await ReadAsync("a", "b", "c");
        Assert.All(answers, answer => Assert.True(answer.Succeeded));
        Assert.Equal((1, 2, 1), (_backend.CallsFor("a"), _backend.CallsFor("b"), _backend.CallsFor("c")));
    }

    [Fact]
    public async Task Read_obeys_retry_after_within_the_budget()
    {
        var failures = 1;
        _backend.Fail("a", _ =>
            failures-- > 0
                ? new SecretUnavailableException(SecretErrorCode.Throttled, "wait", retryAfter: TimeSpan.FromSeconds(2))
                : null
        );
        var began = _time.GetUtcNow();
        Assert.True(Assert.Single(await ReadAsync("a")).Succeeded);
        Assert.InRange(_time.GetUtcNow() - began, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Read_with_a_retry_after_beyond_the_budget_answers_at_once()
    {
        _backend.Fail("a", SecretErrorCode.Throttled, TimeSpan.FromMinutes(1));
        var answer = Assert.Single(await ReadAsync("a"));
        Assert.Equal(TimeSpan.FromMinutes(1), Assert.IsType<SecretUnavailableException>(answer.Error).RetryAfter);
        Assert.Equal(1, _backend.CallsFor("a"));
    }

    [Fact]
    public async Task Read_that_hangs_ends_within_five_seconds()
    {
        _backend.Hang("a");
        var began = _time.GetUtcNow();
        Assert.Equal(SecretErrorCode.TimedOut, Assert.Single(await ReadAsync("a")).Error?.Code);
        Assert.InRange(_time.GetUtcNow() - began, TimeSpan.FromSeconds(4.9), TimeSpan.FromSeconds(6.5));
    }

    [Fact]
    public async Task Read_cancelled_before_it_begins_asks_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await _layer.ReadAsync([Request("a")], cancelled.Token)
        );
        Assert.Equal(0, _backend.Calls);
    }

    [Fact]
    public async Task Read_cancelled_ends_at_once()
    {
        _backend.Hang("a");
        using var cancelled = new CancellationTokenSource();
        var pending = _layer.ReadAsync([Request("a")], cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
    }

    [Fact]
    public async Task Breaker_of_a_failing_path_opens_for_it_alone_and_heals_itself()
    {
        _backend.Fail("a", SecretErrorCode.Unreachable);
        for (var i = 0; i < 6; i++)
            await ReadAsync("a");
        var calls = _backend.CallsFor("a");
        var refused = Assert.Single(await ReadAsync("a"));
        Assert.Equal(calls, _backend.CallsFor("a"));
        Assert.NotNull(Assert.IsType<SecretUnavailableException>(refused.Error).RetryAfter);
        Assert.True(Assert.Single(await ReadAsync("b")).Succeeded);

        _backend.Heal("a");
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.True(Assert.Single(await ReadAsync("a")).Succeeded);
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(60)]
    public async Task Breaker_of_a_failing_path_stays_open_as_long_as_it_does_whatever_the_wall_clock_is_set_to(int minutes)
    {
        var stepped = new SteppedTime(_time);
        var layer = new ResilienceLayer(_backend, new ResilienceSettings { Attempts = 1 }, stepped, NullLogger.Instance);
        _backend.Fail("a", SecretErrorCode.Unreachable);
        for (var i = 0; i < 6; i++)
            await layer.ReadAsync([Request("a")], CancellationToken.None);
        _backend.Heal("a");
        stepped.WallStep = TimeSpan.FromMinutes(minutes);
        Assert.False(Assert.Single(await layer.ReadAsync([Request("a")], CancellationToken.None)).Succeeded);
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.True(Assert.Single(await layer.ReadAsync([Request("a")], CancellationToken.None)).Succeeded);
    }

    [Fact]
    public async Task Read_of_a_backend_that_throws_is_an_answer_without_its_words()
    {
        _backend.Fail("a", _ => throw new InvalidDataException("the remote's own words"));
        var answer = Assert.Single(await ReadAsync("a"));
        Assert.Equal(SecretErrorCode.Unreachable, answer.Error?.Code);
        Assert.DoesNotContain("own words", answer.Error!.ToString(), StringComparison.Ordinal);
    }

    /// <summary>From then on the path has a pipeline.</summary>
    private async Task FailOnceAsync(string path, ResilienceLayer? layer = null)
    {
        var failures = 1;
        _backend.Fail(path, _ => failures-- > 0 ? new SecretUnavailableException(SecretErrorCode.Unreachable, "away") : null);
        Assert.True(Assert.Single(await ReadAsync(layer ?? _layer, path)).Succeeded);
    }

    private Task<IReadOnlyList<SecretReadResult>> ReadAsync(params string[] paths) => ReadAsync(_layer, paths);

    private async Task<IReadOnlyList<SecretReadResult>> ReadAsync(ResilienceLayer layer, params string[] paths)
    {
        var pending = layer.ReadAsync([.. paths.Select(Request)], CancellationToken.None).AsTask();
        await Waiting.UntilAsync(
            () => pending.IsCompleted,
            () => _time.AdvanceIfWaitedFor(TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(10))
        );
        return await pending;
    }

    private static SecretRequest Request(string path) =>
        new(path, [new SecretLocation(SecretName.Parse(path), SecretName.Parse(path))], ReadPurpose.Get);
}
