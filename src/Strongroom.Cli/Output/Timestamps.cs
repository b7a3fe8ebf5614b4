using System.Globalization;

namespace Strongroom.Cli.Output;

/// <summary>How moments are read and written: UTC, to the second.</summary>
internal static class Timestamps
{
    internal static string Text(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "-";

    /// <summary>A duration back from now (<c>90m</c>, <c>24h</c>, <c>7d</c>), or a date, or a moment with its offset.</summary>
    internal static DateTimeOffset? Parse(string text, DateTimeOffset now)
    {
        if (
            text.Length > 1
            && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
        )
        {
            TimeSpan? back = text[^1] switch
            {
                's' => TimeSpan.FromSeconds(count),
                'm' => TimeSpan.FromMinutes(count),
                'h' => TimeSpan.FromHours(count),
                'd' when count < 36_500 => TimeSpan.FromDays(count),
                _ => null,
            };
            if (back is { } length)
                return now - length;
        }
        return DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var at
        )
            ? at
            : null;
    }
}
