namespace PaperRun.Soak;

/// <summary>How long the platform is kept under load on a backend that comes and goes.</summary>
/// <param name="Length">Of the load; days are traded one after the other until it is over.</param>
/// <param name="Burners">Processes beside it that only use the machine.</param>
internal sealed record SoakOptions(TimeSpan Length, int Burners = 0)
{
    /// <summary>The first of the three thirds warms up: code is compiled, pools fill. The other two are compared.</summary>
    internal TimeSpan Third => Length / 3;

    internal TimeSpan Look => TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerSecond, (Length / 60).Ticks));

    /// <summary>A refresh falls into each of the backend's absences.</summary>
    internal IReadOnlyDictionary<string, string?> Settings { get; } =
        new Dictionary<string, string?>
        {
            ["SECRET_CACHE_TTL"] = "00:06:00",
            ["SECRET_CACHE_REFRESH"] = "00:00:10",
            ["TRADING_ON_BUDGET_END"] = "cancel",
        };

    internal string? Problem =>
        Length < TimeSpan.FromSeconds(20) || Length > TimeSpan.FromHours(24)
            ? "--length must be 20 seconds to 1 day, such as 00:10:00."
        : Burners is < 0 or > 256 ? "--burners must be 0 to 256; 15 make a load average of 15."
        : null;
}
