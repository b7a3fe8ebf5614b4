using System.Text.Json;
using System.Text.Json.Serialization;

namespace Strongroom;

/// <summary>Writes the mask. Reading is refused: a value that arrives as JSON has already been a plain string.</summary>
internal sealed class SecretValueJsonConverter : JsonConverter<SecretValue>
{
    public override SecretValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new JsonException("A SecretValue cannot be read from JSON. Request it from ISecretManager.");

    public override void Write(Utf8JsonWriter writer, SecretValue value, JsonSerializerOptions options) =>
        writer.WriteStringValue(SecretValue.Mask);
}
