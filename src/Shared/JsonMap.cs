using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Strongroom.Backends.Wire;

/// <summary>Secrets with several fields, which are stored as one map.</summary>
internal static class JsonMap
{
    /// <summary>
    /// Returns the map with one field set or, without a value, removed. The other fields remain as they are written. Anything
    /// but a map counts as empty.
    /// </summary>
    internal static ErasedBuffer With(JsonElement map, string field, SecretValue? value)
    {
        var changed = new ErasedBuffer();
        changed.Write("{"u8);
        if (map.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in map.EnumerateObject())
            {
                if (property.NameEquals(field))
                    continue;
                Name(changed, property.Name);
                changed.Write(JsonMarshal.GetRawUtf8Value(property.Value));
            }
        }
        if (value is not null)
        {
            Name(changed, field);
            JsonText.Write(changed, value);
        }
        changed.Write("}"u8);
        return changed;
    }

    /// <summary>Returns the map with fields set or, without a text, removed. For texts that are no secrets.</summary>
    internal static ErasedBuffer With(JsonElement map, ReadOnlySpan<(string Field, string? Text)> fields)
    {
        var changed = new ErasedBuffer();
        changed.Write("{"u8);
        if (map.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in map.EnumerateObject())
            {
                if (Contains(fields, property))
                    continue;
                Name(changed, property.Name);
                changed.Write(JsonMarshal.GetRawUtf8Value(property.Value));
            }
        }
        foreach (var (field, text) in fields)
        {
            if (text is null)
                continue;
            Name(changed, field);
            JsonText.Write(changed, text);
        }
        changed.Write("}"u8);
        return changed;
    }

    private static bool Contains(ReadOnlySpan<(string Field, string? Text)> fields, JsonProperty property)
    {
        foreach (var (field, _) in fields)
        {
            if (property.NameEquals(field))
                return true;
        }
        return false;
    }

    private static void Name(ErasedBuffer map, string name)
    {
        if (map.Length > 1)
            map.Write(","u8);
        JsonText.Write(map, name);
        map.Write(":"u8);
    }
}
