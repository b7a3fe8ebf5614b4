using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Strongroom.Cli.Tests.Support;

/// <summary>
/// The placeholders of values and of what differs from run to run. Output is masked before it is compared, so that a failing test
/// prints no value.
/// </summary>
internal sealed partial class ScriptPlaceholders(IReadOnlyDictionary<string, string> placeholders)
{
    private static readonly Dictionary<string, string> s_patterns = new(StringComparer.Ordinal)
    {
        ["any"] = ".*",
        ["time"] = @"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)",
        ["version"] = @"([0-9a-f]{64}|[0-9a-f]{32}|\d+)",
        ["id"] = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    };

    private readonly Dictionary<string, string> _values = [];

    internal IEnumerable<string> Values => _values.Values;

    /// <summary>What goes in: values are made on first use.</summary>
    internal string Fill(string text) =>
        Placeholder()
            .Replace(text, match => match.Groups[1].Value switch
                {
                    "weak" => "Password" + "123",
                    ['v', 'a', 'l', 'u', 'e', ':', ..] => ValueOf(match.Value),
                    var name when placeholders.TryGetValue(name, out var found) => found,
                    var other => throw new FormatException($"{{{other}}} cannot be filled in."),
                });

    /// <summary>What came out, with placeholders in place of values and addresses.</summary>
    internal string Mask(string text)
    {
        foreach (var (placeholder, value) in _values)
            text = text.Replace(value, placeholder, StringComparison.Ordinal);
        return placeholders.Aggregate(text, (masked, placeholder) =>
            masked.Replace(placeholder.Value, $"{{{placeholder.Key}}}", StringComparison.Ordinal)
        );
    }

    internal static bool Matches(string expected, string masked)
    {
        var pattern = string.Concat(
            Placeholder()
                .Split(expected)
                .Select(
                    (part, index) =>
                        index % 2 == 0 ? Regex.Escape(part)
                        : s_patterns.TryGetValue(part, out var known) ? known
                        : Regex.Escape($"{{{part}}}")
                )
        );
        return Regex.IsMatch(masked, $"^{pattern}$", RegexOptions.None, TimeSpan.FromSeconds(5));
    }

    private string ValueOf(string placeholder)
    {
        if (!_values.TryGetValue(placeholder, out var value))
            _values[placeholder] = value = Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));
        return value;
    }

    [GeneratedRegex(@"\{(value:[A-Z]|weak|[a-z]+)\}")]
    private static partial Regex Placeholder();
}
