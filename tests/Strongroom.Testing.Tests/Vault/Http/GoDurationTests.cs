using Strongroom.Testing.Vault;

namespace Strongroom.Testing.Tests.Vault.Http;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("90", 90)]
    [InlineData("1h30m", 5400)]
    [InlineData("2d", 172800)]
    [InlineData("-1s", -1)]
    [InlineData("1.5m", 90)]
    public void TryParse_OfADuration_GivesSeconds(string text, double seconds)
    {
        Assert.True(GoDuration.TryParse(text, out var value));
        Assert.Equal(seconds, value.TotalSeconds);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("1h 30m")]
    [InlineData("h")]
    [InlineData("99999999999999999999")]
    public void TryParse_OfNoDuration_IsFalse(string text) => Assert.False(GoDuration.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0s", "0s")]
    [InlineData(90, "1m30s", "1m30s")]
    [InlineData(300, "5m0s", "5m")]
    [InlineData(36000, "10h0m0s", "10h")]
    [InlineData(5400, "1h30m0s", "1h30m")]
    [InlineData(0.25, "250ms", "250ms")]
    public void LongAndShort_OfADuration_AreAsGoAndVaultPrintThem(double seconds, string inFull, string inShort)
    {
        var value = TimeSpan.FromSeconds(seconds);
        Assert.Equal((inFull, inShort), (GoDuration.Long(value), GoDuration.Short(value)));
    }

    // PROTOCOLS 11
    [Fact]
    public void Nanoseconds_OfAMoment_HaveMoreDigitsThanDotNetKeepsAndAreAlwaysTheSame()
    {
        var moment = new DateTimeOffset(2026, 3, 2, 14, 30, 0, TimeSpan.Zero).AddTicks(1234567);
        Assert.Equal("2026-03-02T14:30:00.123456779Z", GoTime.Nanoseconds(moment));
        Assert.Equal("2026-03-02T14:30:00Z", GoTime.Nanoseconds(moment.AddTicks(-1234567)));
    }
}
