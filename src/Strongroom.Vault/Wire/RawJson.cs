using System.Text.Json;

namespace Strongroom.Vault.Wire;

/// <summary>JSON that is read in place: a read of a secret needs five of its parts and no document tree.</summary>
internal static class RawJson
{
    /// <summary>
    /// The position of the current property's value. The reader is at its end afterwards.
    /// </summary>
    internal static Range Next(ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }

    internal static bool IsObject(ReadOnlySpan<byte> written) => written is [(byte)'{', ..];

    /// <summary>Its characters, or null where it is no string.</summary>
    internal static string? Text(ReadOnlySpan<byte> written)
    {
        if (written is not [(byte)'"', ..])
            return null;
        var reader = new Utf8JsonReader(written);
        reader.Read();
        return reader.GetString();
    }

    /// <summary>A field of an object, or nothing. Of two with one name the last counts, as everywhere in .NET.</summary>
    internal static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> written, string name)
    {
        var found = default(Range);
        var reader = new Utf8JsonReader(written);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            var value = Next(ref reader);
            found = isIt ? value : found;
        }
        return written[found];
    }
}
