using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Strongroom.Testing.Vault;

/// <summary>Bodies, both ways.</summary>
internal static class VaultJson
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Reading = new() { AllowDuplicateProperties = false };

    /// <summary>An empty body is an empty object.</summary>
    public static async Task<JsonObject> ReadAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        if (buffer.Length == 0)
            return [];
        try
        {
            return JsonNode.Parse(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), null, Reading) as JsonObject
                ?? throw VaultRefusal.BadRequest("error parsing JSON");
        }
        catch (JsonException)
        {
            throw VaultRefusal.BadRequest("error parsing JSON");
        }
    }

    public static async Task<byte[]> ReadBytesAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        return buffer.ToArray();
    }

    public static Task WriteAsync(HttpContext context, VaultResponse response, string requestId)
    {
        if (response.Archive is { } archive)
        {
            context.Response.ContentType = "application/gzip";
            context.Response.ContentLength = archive.Length;
            return context.Response.Body.WriteAsync(archive, context.RequestAborted).AsTask();
        }
        if (response.Status == 204)
        {
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        }
        return WriteAsync(context, response.Status, response.ToJson(requestId));
    }

    public static Task WriteAsync(HttpContext context, VaultRefusal refusal) =>
        WriteAsync(
            context,
            refusal.Status,
            new JsonObject { ["errors"] = new JsonArray([.. refusal.Errors.Select(e => (JsonNode)e)]) }
        );

    private static async Task WriteAsync(HttpContext context, int status, JsonObject json)
    {
        using var buffer = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(buffer, Writing))
            json.WriteTo(writer);
        buffer.WriteByte((byte)'\n');
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = buffer.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), context.RequestAborted);
    }
}
