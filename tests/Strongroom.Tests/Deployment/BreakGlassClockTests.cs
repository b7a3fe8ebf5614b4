using Strongroom.Deployment;
using Strongroom.Tests.Env;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Deployment;

/// <summary>4 hours in 24 are lengths: a clock that is set makes them no longer, and locks no operator out for ever.</summary>
public sealed class BreakGlassClockTests : IDisposable
{
    private readonly Env.TemporaryFolder _folder = new();
    private readonly SetTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Opening_again_under_one_file_after_the_clock_went_back_is_refused()
    {
        await OpenAsync(_time, 4);
        _time.Advance(TimeSpan.FromHours(4));
        _time.Shift = TimeSpan.FromHours(-4);
        await RefusedAsync(_time, 4);
    }

    [Theory]
    [InlineData(-100)]
    [InlineData(25)]
    [InlineData(10_000)]
    public async Task Opening_again_is_refused_until_24_hours_have_passed_whatever_the_clock_was_set_to(int hours)
    {
        await OpenAsync(_time, 4);
        _time.Advance(TimeSpan.FromHours(5));
        _time.Shift = TimeSpan.FromHours(hours);
        await RefusedAsync(_time, 1);

        _time.Advance(TimeSpan.FromHours(19));
        await OpenAsync(_time, 1);
    }

    [Fact]
    public async Task Clock_that_goes_back_a_second_keeps_no_restart_under_the_same_file_out()
    {
        var until = _time.GetUtcNow().AddHours(4);
        await Ledger(_time).OpenAsync(new BreakGlassFile("ada", "r", until), Ct);
        _time.Advance(TimeSpan.FromMilliseconds(100));
        _time.Shift = TimeSpan.FromSeconds(-1);
        await Ledger(_time).OpenAsync(new BreakGlassFile("ada", "r", until.AddSeconds(-1)), Ct);
    }

    [Fact]
    public async Task Machine_that_starts_again_with_its_clock_behind_counts_all_as_just_over_and_forgets_it_after_a_day()
    {
        await OpenAsync(_time, 4);
        var restarted = new SetTime { Shift = TimeSpan.FromDays(-365) };
        await RefusedAsync(restarted, 1, boot: "the next");
        var lines = await LinesAsync();

        restarted.Advance(TimeSpan.FromHours(12));
        await RefusedAsync(restarted, 1, boot: "the next");
        Assert.Equal(lines, await LinesAsync());
        restarted.Advance(TimeSpan.FromHours(13));
        await OpenAsync(restarted, 4, boot: "the next");
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private BreakGlassLedger Ledger(SetTime time, string boot = "this one") => new(_folder.At("journal"), time, boot);

    private async Task<int> LinesAsync() => (await File.ReadAllLinesAsync(_folder.At("journal/break-glass.jsonl"), Ct)).Length;

    private ValueTask<BreakGlass> OpenAsync(SetTime time, int hours, string boot = "this one") =>
        Ledger(time, boot).OpenAsync(new BreakGlassFile("ada", "r", time.GetUtcNow().AddHours(hours)), Ct);

    private Task<SecretRefusedException> RefusedAsync(SetTime time, int hours, string boot = "this one") =>
        Assert.ThrowsAsync<SecretRefusedException>(async () => await OpenAsync(time, hours, boot));
}
