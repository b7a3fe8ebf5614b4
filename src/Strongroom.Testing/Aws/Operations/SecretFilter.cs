using System.Text.Json.Nodes;

namespace Strongroom.Testing.Aws.Operations;

/// <summary>
/// One filter of a list. Any of its values will do, unless it is negated by <c>!</c>; filters add up. All match by prefix,
/// so a name's filter is no search for that name.
/// </summary>
internal sealed record SecretFilter(string Key, IReadOnlyList<string> Values)
{
    private static readonly string[] Keys =
    [
        "description",
        "name",
        "tag-key",
        "tag-value",
        "primary-region",
        "owning-service",
        "all",
    ];

    public static IReadOnlyList<SecretFilter>? Read(Parameters parameters) =>
        parameters
            .Objects("Filters", 0, 10)
            ?.Select(filter =>
            {
                var key = filter.Required("Key");
                if (!Keys.Contains(key))
                    throw Parameters.Constraint("Key", $"Member must satisfy enum value set: [{string.Join(", ", Keys)}]");
                return new SecretFilter(
                    key,
                    filter.Texts("Values", 1, 10, 512) ?? throw AwsError.Parameter("Invalid filter values for key: " + key)
                );
            })
            .ToList();

    public static IEnumerable<JsonObject> Apply(IEnumerable<JsonObject> entries, IReadOnlyList<SecretFilter> filters) =>
        entries.Where(entry => filters.All(filter => filter.Matches(entry)));

    private bool Matches(JsonObject entry)
    {
        var (unwanted, wanted) = (Values.Where(v => v.StartsWith('!')).ToList(), Values.Where(v => !v.StartsWith('!')).ToList());
        return !unwanted.Exists(v => Matches(entry, v[1..])) && (wanted.Count == 0 || wanted.Exists(v => Matches(entry, v)));
    }

    private bool Matches(JsonObject entry, string value) =>
        Key switch
        {
            "name" => Starts((string?)entry["Name"], value),
            "description" => Starts((string?)entry["Description"], value, StringComparison.OrdinalIgnoreCase),
            "tag-key" => Tags(entry, "Key").Any(t => Starts(t, value)),
            "tag-value" => Tags(entry, "Value").Any(t => Starts(t, value)),
            "primary-region" => Starts((string?)entry["PrimaryRegion"], value),
            "owning-service" => false,
            _ => Words(value)
                .All(word => All(entry).SelectMany(Words).Any(w => Starts(w, word, StringComparison.OrdinalIgnoreCase))),
        };

    private static IEnumerable<string> All(JsonObject entry) =>
        [
            (string?)entry["Name"] ?? "",
            (string?)entry["Description"] ?? "",
            (string?)entry["PrimaryRegion"] ?? "",
            .. Tags(entry, "Key"),
            .. Tags(entry, "Value"),
        ];

    private static string[] Words(string text) =>
        text.Split([' ', '/', '_', '-', '.', ':', '=', '+', '@'], StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Tags(JsonObject entry, string member) =>
        (entry["Tags"] as JsonArray ?? []).Select(t => (string)t![member]!);

    private static bool Starts(string? text, string prefix, StringComparison comparison = StringComparison.Ordinal) =>
        text?.StartsWith(prefix, comparison) == true;
}
