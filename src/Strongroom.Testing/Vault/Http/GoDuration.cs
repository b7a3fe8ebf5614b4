using System.Globalization;
using System.Text.RegularExpressions;

namespace Strongroom.Testing.Vault;

/// <summary>Durations as Vault reads and prints them.</summary>
internal static partial class GoDuration
{
    /// <summary>Reads <c>90</c> (seconds), <c>1h30m</c>, <c>250ms</c> or <c>2d</c>.</summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        if (text.Length == 0)
            return true;
        var negative = text[0] == '-';
        var unsigned = negative || text[0] == '+' ? text[1..] : text;
        if (double.TryParse(unsigned, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
            return From(seconds, negative, out value);
        if (!Whole().IsMatch(unsigned))
            return false;
        var total = 0.0;
        foreach (Match part in Part().Matches(unsigned))
            total += double.Parse(part.Groups[1].Value, CultureInfo.InvariantCulture) * Seconds(part.Groups[2].Value);
        return From(total, negative, out value);
    }

    /// <summary>As Go prints a duration: <c>720h0m0s</c>, <c>0s</c>.</summary>
    public static string Long(TimeSpan value)
    {
        if (value < TimeSpan.FromSeconds(1))
            return value == TimeSpan.Zero ? "0s" : string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds}ms");
        var seconds = string.Create(
            CultureInfo.InvariantCulture,
            $"{value.Seconds + (value.Ticks % TimeSpan.TicksPerSecond / (double)TimeSpan.TicksPerSecond)}s"
        );
        return (long)value.TotalHours > 0 ? $"{(long)value.TotalHours}h{value.Minutes}m{seconds}"
            : value.Minutes > 0 ? $"{value.Minutes}m{seconds}"
            : seconds;
    }

    /// <summary>As warnings print it: without the zeros at the end, <c>10h</c>.</summary>
    public static string Short(TimeSpan value)
    {
        var text = Long(value);
        if (text.EndsWith("m0s", StringComparison.Ordinal))
            text = text[..^2];
        return text.EndsWith("h0m", StringComparison.Ordinal) ? text[..^2] : text;
    }

    private static bool From(double seconds, bool negative, out TimeSpan value)
    {
        value = seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(negative ? -seconds : seconds) : TimeSpan.Zero;
        return seconds < TimeSpan.MaxValue.TotalSeconds;
    }

    private static double Seconds(string unit) =>
        unit switch
        {
            "ns" => 1e-9,
            "us" or "µs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            _ => 86400,
        };

    [GeneratedRegex(@"^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h|d))+$")]
    private static partial Regex Whole();

    [GeneratedRegex(@"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)")]
    private static partial Regex Part();
}
