using System.Globalization;

namespace Strongroom.Testing;

/// <summary>The length of a bar: 1 to 59 minutes, 1 to 23 hours, or a day.</summary>
internal sealed record Timeframe(int Minutes)
{
    private const int Day = 24 * 60;

    public static Timeframe Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            throw Refusal.BadData("timeframe is required");
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        if (int.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0)
            switch (text[digits..])
            {
                case "Min" or "T" when count <= 59:
                    return new Timeframe(count);
                case "Hour" or "H" when count <= 23:
                    return new Timeframe(count * 60);
                case "Day" or "D" when count == 1:
                    return new Timeframe(Day);
            }
        throw Refusal.BadData($"invalid timeframe: {(text.Length > 10 ? "too long" : text)}");
    }

    public IEnumerable<MinuteBar> Fold(IEnumerable<MinuteBar> bars) =>
        Minutes == 1 ? bars : bars.GroupBy(b => StartOf(b.Start)).Select(g => MinuteBar.Fold(g.Key, [.. g]));

    private DateTimeOffset StartOf(DateTimeOffset time)
    {
        var midnight = new DateTimeOffset(time.Date, time.Offset);
        var minute = (int)(time - midnight).TotalMinutes;
        return midnight.AddMinutes(minute - minute % Minutes);
    }
}
