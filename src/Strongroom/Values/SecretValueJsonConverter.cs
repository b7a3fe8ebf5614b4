using System.Text.Json;
using System.Text.Json.Serialization;

namespace Strongroom;

/// <summary>Writes the mask. Reading is refused: a value that comes in by JSON would have been a plain string before.</summary>
internal sealed class SecretValueJsonConverter : JsonConverter<SecretValue>
{
    public override SecretValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new JsonException("A SecretValue cannot be read from JSON. Ask ISecretManager for it.");

    public override void Write(Utf8JsonWriter writer, SecretValue value, JsonSerializerOptions options) =>
        writer.WriteStringValue(SecretValue.Mask);
}
