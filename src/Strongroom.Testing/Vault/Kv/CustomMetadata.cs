using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>The limits of a secret's custom metadata.</summary>
internal static class CustomMetadata
{
    private const int MostEntries = 64;
    private const int LongestKey = 128;
    private const int LongestValue = 512;

    public static JsonObject? Checked(JsonObject? given)
    {
        if (given is null)
            return null;
        List<string> faults = [];
        if (given.Count > MostEntries)
            faults.Add($"payload must contain at most {MostEntries} keys, provided {given.Count}");
        foreach (var (key, value) in given)
        {
            if (key.Length == 0 || Encoding.UTF8.GetByteCount(key) > LongestKey)
                faults.Add($"length of key must be between 1 and {LongestKey} bytes");
            if (value?.GetValueKind() != JsonValueKind.String)
                faults.Add($"value of key \"{key}\" must be a string");
            else if (Encoding.UTF8.GetByteCount(value.GetValue<string>()) is 0 or > LongestValue)
                faults.Add($"length of value of key \"{key}\" must be between 1 and {LongestValue} bytes");
        }
        return faults.Count == 0
            ? (JsonObject)SortedJson.Of(given)!
            : throw new VaultRefusal(400, ["custom_metadata validation failed: " + VaultRefusal.Listed([.. faults])]);
    }

    /// <summary>As a merge patch: null takes a key away.</summary>
    public static JsonObject? Patched(JsonObject? before, JsonObject patch) =>
        Checked((JsonObject?)MergePatch.Apply(before, patch)) is { Count: > 0 } left ? left : null;
}
