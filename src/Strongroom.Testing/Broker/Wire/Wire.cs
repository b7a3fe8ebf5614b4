using System.Globalization;

namespace Strongroom.Testing;

/// <summary>How Alpaca writes decimals and times. Trading sends decimals as strings, market data as numbers.</summary>
internal static class Wire
{
    public static string Text(decimal value) => value.ToString("0.#########", CultureInfo.InvariantCulture);

    public static string Money(decimal value) => decimal.Round(value, 2).ToString("0.##", CultureInfo.InvariantCulture);

    public static string? Text(decimal? value) => value is { } v ? Text(v) : null;

    public static string Utc(DateTimeOffset value) =>
        value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    public static string? Utc(DateTimeOffset? value) => value is { } v ? Utc(v) : null;

    // Only the clock speaks New York's time.
    public static string Local(DateTimeOffset value) =>
        NewYorkTime.From(value).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary>Reads RFC 3339 or a bare date, which is a day in New York: its begin, or its last instant.</summary>
    public static DateTimeOffset? Instant(string? text, string name, bool endOfDay = false)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return endOfDay
                ? NewYorkTime.At(date.AddDays(1), TimeOnly.MinValue).AddTicks(-1)
                : NewYorkTime.At(date, TimeOnly.MinValue);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : throw Refusal.Invalid($"invalid {name}: expected RFC 3339 or YYYY-MM-DD");
    }
}
