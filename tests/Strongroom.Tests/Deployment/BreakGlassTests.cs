using Microsoft.Extensions.Time.Testing;
using Strongroom.Deployment;
using Strongroom.Tests.Env;
using Strongroom.Unix;

namespace Strongroom.Tests.Deployment;

public sealed class BreakGlassTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task OpenAsync_of_a_good_file_opens_until_its_end_and_records_it()
    {
        var glass = await OpenAsync("""{"operator":"ada","reason":"vault is down","until":"2030-01-01T16:00:00Z"}""");

        Assert.Equal(("ada", "vault is down", _time.GetUtcNow().AddHours(4)), (glass.Operator, glass.Reason, glass.Until));
        Assert.False(glass.IsExpired(_time.GetUtcNow()));
        Assert.True(glass.IsExpired(glass.Until));
        var ledger = _folder.At("journal/break-glass.jsonl");
        Assert.Equal(TemporaryFolder.OwnerOnly, UnixFile.GetStatus(ledger)!.Value.Mode);
        Assert.Contains(
            "\"operator\":\"ada\"",
            Assert.Single(await File.ReadAllLinesAsync(ledger, Ct)),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("2030-01-01T16:00:01Z", "more than 4 hours ahead")]
    [InlineData("2030-01-01T12:00:00Z", "its time ended")]
    [InlineData("2029-12-31T12:00:00Z", "its time ended")]
    [InlineData("2030-01-01T14:00:00", "malformed")]
    [InlineData("tomorrow", "malformed")]
    public async Task OpenAsync_with_a_bad_end_refuses(string until, string reason)
    {
        var error = await RefusedAsync($$"""{"operator":"ada","reason":"vault is down","until":"{{until}}"}""");

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("journal/break-glass.jsonl")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"operator":"ada","until":"2030-01-01T13:00:00Z"}""")]
    [InlineData("""{"operator":" ","reason":"r","until":"2030-01-01T13:00:00Z"}""")]
    [InlineData("""{"operator":"ada","reason":"a\nb","until":"2030-01-01T13:00:00Z"}""")]
    [InlineData("""{"operator":"ada","reason":"r","until":"2030-01-01T13:00:00Z","more":1}""")]
    [InlineData("""{"operator":"ada","operator":"bob","reason":"r","until":"2030-01-01T13:00:00Z"}""")]
    [InlineData("""{"operator":1,"reason":"r","until":"2030-01-01T13:00:00Z"}""")]
    public async Task OpenAsync_of_a_malformed_file_refuses(string json) =>
        Assert.Contains("malformed", (await RefusedAsync(json)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task OpenAsync_of_a_file_that_root_does_not_own_refuses()
    {
        var path = _folder.Write("glass", Good(1));

        var error = await Assert.ThrowsAsync<SecretRefusedException>(() =>
            BreakGlassLedger.OpenAsync(path, _folder.At("journal"), _time, UnixFile.CurrentUser + 1, Ct).AsTask()
        );

        Assert.Contains("does not belong to root", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_trusts_only_root()
    {
        Assert.SkipUnless(UnixFile.CurrentUser == 0, "Only root can give a file away.");
        var path = _folder.Write("glass", Good(1));

        await BreakGlassLedger.OpenAsync(path, _folder.At("journal"), _time, Ct);
        DotenvStoreTests.GiveAway(path);

        await Assert.ThrowsAsync<SecretRefusedException>(() =>
            BreakGlassLedger.OpenAsync(path, _folder.At("journal"), _time, Ct).AsTask()
        );
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task OpenAsync_of_a_file_that_others_may_write_to_refuses(UnixFileMode extra)
    {
        _folder.Write("glass", Good(1), TemporaryFolder.OwnerOnly | extra);

        Assert.Contains("chmod", (await Assert.ThrowsAsync<SecretRefusedException>(OpenAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_of_a_link_or_of_nothing_refuses()
    {
        await Assert.ThrowsAsync<SecretRefusedException>(OpenAsync);
        File.CreateSymbolicLink(_folder.At("glass"), _folder.Write("real", Good(1)));

        await Assert.ThrowsAsync<SecretRefusedException>(OpenAsync);
    }

    [Fact]
    public async Task OpenAsync_again_within_24_hours_counts_what_was_open_before()
    {
        await OpenAsync(Good(3));
        _time.Advance(TimeSpan.FromHours(10));
        await RefusedAsync(Good(2));
        await OpenAsync(Good(1));
        _time.Advance(TimeSpan.FromHours(13));

        await RefusedAsync(Good(2));
        _time.Advance(TimeSpan.FromHours(2));
        await OpenAsync(Good(2));
    }

    [Fact]
    public async Task OpenAsync_by_several_starts_under_one_file_counts_its_time_once()
    {
        await OpenAsync(Good(4));
        _time.Advance(TimeSpan.FromHours(1));

        await OpenAsync();
        _time.Advance(TimeSpan.FromHours(2));
        await OpenAsync();

        _time.Advance(TimeSpan.FromHours(2));
        await RefusedAsync(Good(1));
    }

    [Fact]
    public async Task OpenAsync_with_the_clock_set_back_still_counts_what_was_recorded()
    {
        await OpenAsync(Good(4));
        var earlier = new FakeTimeProvider(_time.GetUtcNow().AddHours(-6));
        _folder.Write(
            "glass",
            $$"""{"operator":"ada","reason":"r","until":"{{earlier.GetUtcNow().AddHours(4).UtcDateTime:s}}Z"}"""
        );

        await Assert.ThrowsAsync<SecretRefusedException>(() =>
            BreakGlassLedger.OpenAsync(_folder.At("glass"), _folder.At("journal"), earlier, UnixFile.CurrentUser, Ct).AsTask()
        );
    }

    [Fact]
    public async Task OpenAsync_with_a_torn_last_line_goes_on_and_with_any_other_bad_line_refuses()
    {
        await OpenAsync(Good(1));
        var ledger = _folder.At("journal/break-glass.jsonl");
        await File.AppendAllTextAsync(ledger, "{\"from\":\"20", Ct);

        await OpenAsync(Good(2));
        Assert.Equal(2, (await File.ReadAllLinesAsync(ledger, Ct)).Length);

        await File.AppendAllTextAsync(ledger, "{\"from\":\"20\n", Ct);
        Assert.Contains("line 3", (await RefusedAsync(Good(2))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_where_nothing_can_be_recorded_refuses()
    {
        _folder.Write("journal", "a file where the folder should be");

        Assert.Contains("not recorded is not granted", (await RefusedAsync(Good(1))).Message, StringComparison.Ordinal);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Good(int hours) =>
        $$"""{"operator":"ada","reason":"r","until":"{{_time.GetUtcNow().AddHours(hours).UtcDateTime:s}}Z"}""";

    private Task<BreakGlass> OpenAsync() =>
        BreakGlassLedger.OpenAsync(_folder.At("glass"), _folder.At("journal"), _time, UnixFile.CurrentUser, Ct).AsTask();

    private Task<BreakGlass> OpenAsync(string json)
    {
        _folder.Write("glass", json);
        return OpenAsync();
    }

    private async Task<SecretRefusedException> RefusedAsync(string json)
    {
        var error = await Assert.ThrowsAsync<SecretRefusedException>(() => OpenAsync(json));
        Assert.Equal(SecretErrorCode.Guardrail, error.Code);
        return error;
    }
}
