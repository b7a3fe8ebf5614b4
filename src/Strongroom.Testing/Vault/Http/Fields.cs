using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>A request's parameters: the members of its body, and behind them those of its query.</summary>
internal sealed class Fields(JsonObject body, IReadOnlyDictionary<string, string> query)
{
    public JsonObject Body => body;

    public bool Has(string name) => body.ContainsKey(name) || query.ContainsKey(name);

    public JsonNode? this[string name] =>
        body.TryGetPropertyValue(name, out var value) ? value
        : query.TryGetValue(name, out var text) ? text
        : null;

    /// <summary>Numbers and booleans are taken as the text they were sent as.</summary>
    public string Text(string name, string otherwise = "") =>
        this[name] switch
        {
            null => otherwise,
            JsonValue value => AsText(value),
            _ => throw Wrong(name, "string"),
        };

    public string Required(string name) =>
        Text(name) is { Length: > 0 } text ? text : throw VaultRefusal.BadRequest($"missing {name}");

    public bool Flag(string name, bool otherwise = false) =>
        Text(name) switch
        {
            "" => otherwise,
            "true" or "1" or "t" or "T" or "TRUE" or "True" => true,
            "false" or "0" or "f" or "F" or "FALSE" or "False" => false,
            _ => throw Wrong(name, "bool"),
        };

    public int Number(string name, int otherwise = 0)
    {
        var text = Text(name);
        if (text.Length == 0)
            return otherwise;
        // Words and status of the real thing, which answers a version that is none with 500.
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new VaultRefusal(
                500,
                VaultRefusal.Listed(
                    $"error converting input {text} for field \"{name}\": cannot parse '' as int: strconv.ParseInt: parsing "
                        + $"\"{text}\": invalid syntax"
                )
            );
    }

    public double Rate(string name) =>
        double.TryParse(Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) ? rate : 0;

    public TimeSpan Duration(string name) => DurationOrNull(name) ?? TimeSpan.Zero;

    public TimeSpan? DurationOrNull(string name)
    {
        if (!Has(name))
            return null;
        return GoDuration.TryParse(Text(name), out var value) ? value : throw Wrong(name, "duration");
    }

    /// <summary>A list, or a text with commas.</summary>
    public IReadOnlyList<string> List(string name) =>
        this[name] switch
        {
            null => [],
            JsonArray array => [.. array.OfType<JsonValue>().Select(AsText)],
            JsonValue value => AsText(value).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            _ => throw Wrong(name, "list"),
        };

    public IReadOnlyList<int> Numbers(string name) =>
        [
            .. List(name)
                .Select(text =>
                    int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                        ? number
                        : throw Wrong(name, "list of numbers")
                ),
        ];

    public JsonObject? Map(string name) =>
        this[name] switch
        {
            null => null,
            JsonObject map => map,
            _ => throw Wrong(name, "map"),
        };

    public IReadOnlyDictionary<string, string>? TextMap(string name) =>
        Map(name)
            ?.ToDictionary(
                e => e.Key,
                e => e.Value is JsonValue value ? AsText(value) : throw Wrong(name, "map of strings"),
                StringComparer.Ordinal
            );

    private static string AsText(JsonValue value) =>
        value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();

    // The value stays out of the message: it may be a secret sent in the wrong place.
    private static VaultRefusal Wrong(string name, string kind) =>
        VaultRefusal.BadRequest($"error converting input for field \"{name}\": expected a {kind}");
}
