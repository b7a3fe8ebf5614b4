using System.Text.Json;
using System.Text.Json.Nodes;

namespace Strongroom.Testing.Aws;

/// <summary>
/// A request's members. What is null or unknown is as good as absent; what breaks the service's model is refused by name,
/// never by value: it may be a secret sent in the wrong place.
/// </summary>
internal sealed class Parameters(JsonObject body)
{
    public bool Has(string name) => body[name] is not null;

    public string? Text(string name, int min = 0, int max = int.MaxValue)
    {
        if (body[name] is not { } node)
            return null;
        return InRange(name, As<string>(node, JsonValueKind.String), min, max);
    }

    public string Required(string name, int min = 1, int max = int.MaxValue) =>
        Text(name, min, max) ?? throw Constraint(name, "Member must not be null");

    public bool Flag(string name) => body[name] is { } node && As<bool>(node, JsonValueKind.True, JsonValueKind.False);

    public int? Number(string name)
    {
        if (body[name] is not { } node)
            return null;
        return node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<int>(out var number)
            ? number
            : throw Wrong();
    }

    public int? Number(string name, int min, int max) =>
        Number(name) switch
        {
            { } number when number < min => throw Constraint(name, $"Member must have value greater than or equal to {min}"),
            { } number when number > max => throw Constraint(name, $"Member must have value less than or equal to {max}"),
            var number => number,
        };

    public byte[]? Blob(string name)
    {
        if (body[name] is not { } node)
            return null;
        try
        {
            return Convert.FromBase64String(As<string>(node, JsonValueKind.String));
        }
        catch (FormatException)
        {
            throw Wrong();
        }
    }

    public IReadOnlyList<string>? Texts(string name, int min, int max, int longest) =>
        List(name, min, max)?.Select(item => InRange(name, As<string>(item, JsonValueKind.String), 1, longest)).ToList();

    public IReadOnlyList<Parameters>? Objects(string name, int min, int max = int.MaxValue) =>
        List(name, min, max)?.Select(item => new Parameters(item as JsonObject ?? throw Wrong())).ToList();

    public static AwsError Constraint(string name, string rule) =>
        AwsError.Validation(
            $"1 validation error detected: Value at '{char.ToLowerInvariant(name[0])}{name[1..]}' failed to satisfy "
                + $"constraint: {rule}"
        );

    private JsonArray? List(string name, int min, int max)
    {
        if (body[name] is not { } node)
            return null;
        var list = node as JsonArray ?? throw Wrong();
        if (list.Count < min)
            throw Constraint(name, $"Member must have length greater than or equal to {min}");
        return list.Count <= max ? list : throw Constraint(name, $"Member must have length less than or equal to {max}");
    }

    private static string InRange(string name, string text, int min, int max)
    {
        if (text.Length < min)
            throw Constraint(name, $"Member must have length greater than or equal to {min}");
        return text.Length <= max ? text : throw Constraint(name, $"Member must have length less than or equal to {max}");
    }

    private static T As<T>(JsonNode? node, params ReadOnlySpan<JsonValueKind> kinds) =>
        node is JsonValue value && kinds.Contains(value.GetValueKind()) ? value.GetValue<T>() : throw Wrong();

    private static AwsError Wrong() =>
        new("SerializationException", "A member of the request has another type than the service's model says.");
}
