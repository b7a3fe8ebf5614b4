using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Strongroom.Settings;

/// <summary>
/// Reads settings by name and collects every fault. The content of a setting is never quoted, since it may be a secret.
/// </summary>
internal sealed class SettingReader(IConfiguration configuration, ICollection<string> faults)
{
    // "ms" before "s", which it ends with.
    private static readonly string[] s_units = ["ms", "s", "m", "h"];

    /// <summary>A text. Unset and empty are the same.</summary>
    internal string? Text(string name) => configuration[name]?.Trim() is { Length: > 0 } text ? text : null;

    internal TimeSpan? Duration(string name)
    {
        if (Text(name) is not { } text)
            return null;
        if (TryParseDuration(text, out var duration))
            return duration;
        faults.Add($"{name} is not a duration; write 1h, 5m, 30s, 250ms or hh:mm:ss.");
        return null;
    }

    internal string? OneOf(string name, params string[] allowed)
    {
        var text = Text(name);
        if (text is null || allowed.Contains(text, StringComparer.Ordinal))
            return text;
        faults.Add($"{name} must be one of {string.Join(", ", allowed)}.");
        return null;
    }

    /// <summary>A duration as a setting states it, rounded down to the millisecond.</summary>
    internal static string Text(TimeSpan duration)
    {
        var milliseconds = (long)duration.TotalMilliseconds;
        var (count, unit) = milliseconds switch
        {
            _ when milliseconds % 3_600_000 == 0 => (milliseconds / 3_600_000, "h"),
            _ when milliseconds % 60_000 == 0 => (milliseconds / 60_000, "m"),
            _ when milliseconds % 1_000 == 0 => (milliseconds / 1_000, "s"),
            _ => (milliseconds, "ms"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{count}{unit}");
    }

    private static bool TryParseDuration(string text, out TimeSpan duration)
    {
        // TimeSpan would parse a number without a unit as days.
        if (text.Contains(':', StringComparison.Ordinal))
            return TimeSpan.TryParseExact(
                text,
                ["h\\:mm\\:ss", "hh\\:mm\\:ss", "hh\\:mm\\:ss\\.FFFFFFF"],
                CultureInfo.InvariantCulture,
                out duration
            );
        foreach (var unit in s_units)
        {
            if (
                text.EndsWith(unit, StringComparison.Ordinal)
                && int.TryParse(
                    text.AsSpan(0, text.Length - unit.Length),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var count
                )
            )
            {
                duration = unit switch
                {
                    "ms" => TimeSpan.FromMilliseconds(count),
                    "s" => TimeSpan.FromSeconds(count),
                    "m" => TimeSpan.FromMinutes(count),
                    _ => TimeSpan.FromHours(count),
                };
                return true;
            }
        }
        duration = default;
        return false;
    }
}
