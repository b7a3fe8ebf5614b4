using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Strongroom.Settings;

/// <summary>
/// Reads settings by name and collects every fault. The content of a setting is never quoted, since it may be a secret.
/// </summary>
internal sealed class SettingReader(IConfiguration configuration, ICollection<string> faults)
{
    private static readonly (string Unit, TimeSpan One)[] s_units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
    ];

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

    internal T? OneOf<T>(string name, params ReadOnlySpan<(string Text, T Value)> allowed)
        where T : struct
    {
        if (Text(name) is not { } text)
            return null;
        var names = new List<string>(allowed.Length);
        foreach (var (candidate, value) in allowed)
        {
            if (candidate == text)
                return value;
            names.Add(candidate);
        }
        faults.Add($"{name} must be one of {string.Join(", ", names)}.");
        return null;
    }

    /// <summary>A duration as a setting states it, rounded down to the millisecond.</summary>
    internal static string Text(TimeSpan duration)
    {
        var milliseconds = (long)duration.TotalMilliseconds;
        var (unit, one) = s_units.Last(unit => milliseconds % (long)unit.One.TotalMilliseconds == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{milliseconds / (long)one.TotalMilliseconds}{unit}");
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
        foreach (var (unit, one) in s_units)
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
                duration = one * count;
                return true;
            }
        }
        duration = default;
        return false;
    }
}
