using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>Objects with their members in order, as Vault keeps no other.</summary>
internal static class SortedJson
{
    public static JsonNode? Of(JsonNode? node) =>
        node switch
        {
            JsonObject map => new JsonObject(
                map.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => KeyValuePair.Create(e.Key, Of(e.Value)))
            ),
            JsonArray list => new JsonArray([.. list.Select(Of)]),
            _ => node?.DeepClone(),
        };
}
