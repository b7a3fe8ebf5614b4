using System.Text.Json;
using System.Text.Json.Serialization;

namespace Strongroom;

internal sealed class SecretNameJsonConverter : JsonConverter<SecretName>
{
    public override SecretName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        SecretName.TryParse(reader.GetString(), out var name, out var problem) ? name : throw new JsonException(problem);

    public override void Write(Utf8JsonWriter writer, SecretName value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());

    // Names are keys wherever something is told for each secret.
    public override SecretName ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Read(ref reader, typeToConvert, options);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, SecretName value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.ToString());
}
