namespace Strongroom.Testing;

/// <summary>A trading day and how many of its one-minute bars are complete: the broker knows no finer time.</summary>
internal readonly record struct MarketMoment(DateOnly Day, int BarsCompleted)
{
    public const int BarsPerDay = 390;

    public static readonly TimeOnly OpeningBell = new(9, 30);

    public bool IsOpen => BarsCompleted < BarsPerDay;

    public DateTimeOffset Now => StartOfBar(Day, BarsCompleted);

    public DateTimeOffset NextOpen => StartOfBar(NextTradingDay(Day), 0);

    public DateTimeOffset NextClose => StartOfBar(IsOpen ? Day : NextTradingDay(Day), BarsPerDay);

    public MarketMoment AfterNextBar => new(Day, BarsCompleted + 1);

    public MarketMoment NextMorning => new(NextTradingDay(Day), 0);

    public static DateTimeOffset StartOfBar(DateOnly day, int bar) => NewYorkTime.At(day, OpeningBell).AddMinutes(bar);

    public static DateOnly NextTradingDay(DateOnly day) =>
        day.AddDays(
            day.DayOfWeek switch
            {
                DayOfWeek.Friday => 3,
                DayOfWeek.Saturday => 2,
                _ => 1,
            }
        );

    public static DateOnly TradingDayBefore(DateOnly day, int days)
    {
        for (; days > 0; days--)
            day = day.AddDays(
                day.DayOfWeek switch
                {
                    DayOfWeek.Monday => -3,
                    DayOfWeek.Sunday => -2,
                    _ => -1,
                }
            );
        return day;
    }

    public static bool IsTradingDay(DateOnly day) => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);
}
