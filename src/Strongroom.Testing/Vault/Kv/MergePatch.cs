using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>RFC 7396.</summary>
internal static class MergePatch
{
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
            return patch?.DeepClone();
        var result = target is JsonObject before ? (JsonObject)before.DeepClone() : [];
        foreach (var (key, change) in changes)
            if (change is null)
                result.Remove(key);
            else
                result[key] = Apply(result[key], change);
        return result;
    }
}
