namespace Strongroom.Testing;

/// <summary>New York's wall clock by rule, because slim images carry no time zone data.</summary>
internal static class NewYorkTime
{
    public static DateTimeOffset At(DateOnly date, TimeOnly time) => new(date.ToDateTime(time), OffsetOn(date));

    // Daylight time starts and ends on Sundays at night, so the whole of a trading day has one offset.
    public static TimeSpan OffsetOn(DateOnly date)
    {
        var start = Sunday(date.Year, 3, nth: 2);
        var end = Sunday(date.Year, 11, nth: 1);
        return TimeSpan.FromHours(date >= start && date < end ? -4 : -5);
    }

    public static DateTimeOffset From(DateTimeOffset instant)
    {
        var standard = instant.ToOffset(TimeSpan.FromHours(-5));
        return instant.ToOffset(OffsetOn(DateOnly.FromDateTime(standard.DateTime)));
    }

    private static DateOnly Sunday(int year, int month, int nth)
    {
        var first = new DateOnly(year, month, 1);
        var toSunday = (7 - (int)first.DayOfWeek) % 7;
        return first.AddDays(toSunday + 7 * (nth - 1));
    }
}
