using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Strongroom.Testing;

/// <summary>Writes responses and errors.</summary>
internal static class HttpResponses
{
    public static Task WriteAsync<T>(this HttpContext context, T value, JsonTypeInfo<T> type, int status = 200)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(value, type, "application/json; charset=UTF-8", context.RequestAborted);
    }

    public static Task WriteAsync(this HttpContext context, Refusal refusal)
    {
        context.Response.StatusCode = refusal.Status;
        context.Response.ContentType = "application/json; charset=UTF-8";
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (refusal.Code is { } code)
                json.WriteNumber("code", code);
            json.WriteString("message", refusal.Message);
            foreach (var (name, value) in refusal.Details)
                json.WriteString(name, value);
            json.WriteEndObject();
        }
        context.Response.ContentLength = buffer.Length;
        return context.Response.Body.WriteAsync(buffer.GetBuffer(), 0, (int)buffer.Length, context.RequestAborted);
    }
}
