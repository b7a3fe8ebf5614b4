using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Strongroom.AspNetCore;

/// <summary>
/// Writes problem details with a status, its title and at most an error code: nothing of an exception's message.
/// </summary>
internal static class ProblemResponse
{
    internal static async Task WriteAsync(
        HttpContext context,
        int status,
        SecretErrorCode? code = null,
        TimeSpan? retryAfter = null,
        string? title = null
    )
    {
        var response = context.Response;
        response.Clear();
        response.StatusCode = status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        if (retryAfter is { } wait)
            response.Headers.RetryAfter = ((long)Math.Ceiling(Math.Clamp(wait.TotalSeconds, 1, 3600))).ToString(
                System.Globalization.CultureInfo.InvariantCulture
            );
        await using var json = new Utf8JsonWriter(response.BodyWriter);
        json.WriteStartObject();
        json.WriteString(
            "title",
            title ?? (code is { } known ? SecretProblems.TitleOf(known) : ReasonPhrases.GetReasonPhrase(status))
        );
        json.WriteNumber("status", status);
        if (code is { } named)
            json.WriteString("code", named.ToString());
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }
}
