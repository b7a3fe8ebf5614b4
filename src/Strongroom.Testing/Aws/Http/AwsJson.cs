using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Strongroom.Testing.Aws;

/// <summary>Bodies of the JSON 1.1 protocol, both ways.</summary>
internal static class AwsJson
{
    private const string ContentType = "application/x-amz-json-1.1";
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Reading = new() { AllowDuplicateProperties = false };

    /// <summary>An empty body is none: no input is <c>{}</c>.</summary>
    public static JsonObject Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonNode.Parse(body, null, Reading) as JsonObject
                ?? throw new AwsError("SerializationException", "Start of structure or map found where not expected.");
        }
        catch (JsonException)
        {
            throw new AwsError("SerializationException", "The request body is not JSON.");
        }
    }

    /// <summary>Seconds since 1970 with milliseconds, as a number.</summary>
    public static JsonNode Timestamp(DateTimeOffset moment) =>
        JsonValue.Create(decimal.Round((decimal)moment.ToUnixTimeMilliseconds() / 1000, 3));

    public static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);

    public static Task WriteAsync(HttpContext context, AwsError error) =>
        WriteAsync(
            context,
            error.Status,
            new JsonObject { ["__type"] = error.Code, [AwsError.TextName(error.Code)] = error.Message }
        );

    public static async Task WriteAsync(HttpContext context, int status, JsonObject json)
    {
        using var buffer = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(buffer, Writing))
            json.WriteTo(writer);
        context.Response.StatusCode = status;
        context.Response.ContentType = ContentType;
        context.Response.ContentLength = buffer.Length;
        await context.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), context.RequestAborted);
    }
}
