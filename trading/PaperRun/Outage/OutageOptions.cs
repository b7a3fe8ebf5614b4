namespace PaperRun.Outage;

/// <summary>An outage as long as the budget, and what comes before and after it.</summary>
/// <param name="Ttl">[SECRET_CACHE_TTL] of the services; a twelfth of it passes before the outage and after its end.</param>
internal sealed record OutageOptions(TimeSpan Ttl)
{
    /// <summary>Decision cycles in the market day: one every four market minutes.</summary>
    internal const int Cycles = 90;

    internal TimeSpan Margin => Ttl / 12;

    /// <summary>The backend stays away a little longer than any value lasts.</summary>
    internal TimeSpan Away => Ttl + (Margin / 2);

    internal TimeSpan Look => TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerSecond / 2, (Ttl / 720).Ticks));

    /// <summary>A market minute passes this often, so that a market day covers the whole run and some more.</summary>
    internal TimeSpan Bar => (Away + (Margin * 3)) / 330;

    internal IReadOnlyDictionary<string, string?> Settings =>
        new Dictionary<string, string?>
        {
            ["SECRET_CACHE_TTL"] = Text(Ttl),
            ["SECRET_CACHE_REFRESH"] = Text(Ttl / 12),
            ["TRADING_ON_BUDGET_END"] = "cancel",
        };

    internal string? Problem =>
        Ttl < TimeSpan.FromMinutes(1) || Ttl > TimeSpan.FromHours(1)
            ? "--ttl must be 1 minute to 1 hour, such as 00:10:00."
            : null;

    private static string Text(TimeSpan span) => span.ToString("c", null);
}
