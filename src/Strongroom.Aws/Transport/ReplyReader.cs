using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Strongroom.Backends.Wire;

namespace Strongroom.Aws.Transport;

/// <summary>
/// Replaces the SDK's own reader, which reads without a limit, in the caller's thread, and keeps the text: this one reads
/// into a buffer that is zeroed, up to a limit, and can be cancelled.
/// </summary>
internal sealed class ReplyReader : PipelineHandler
{
    /// <summary>Twenty secrets of 64 KiB in a batch, with every character escaped.</summary>
    internal const int MaxAnswer = 10 * 1024 * 1024;

    private const int MaxError = 64 * 1024;

    public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
    {
        ArgumentNullException.ThrowIfNull(executionContext);
        var ct = executionContext.RequestContext.CancellationToken;
        try
        {
            await base.InvokeAsync<T>(executionContext).ConfigureAwait(false);
        }
        catch (HttpErrorResponseException e)
        {
            throw await ErrorAsync(e, ct).ConfigureAwait(false);
        }
        var response = executionContext.ResponseContext.HttpResponse;
        var body = await ReadAsync(response, MaxAnswer, ct).ConfigureAwait(false);
        if (AwsReply.Read(body, RequestId(response)) is not { } reply)
        {
            body.Dispose();
            throw NotAws(response.StatusCode, null);
        }
        executionContext.ResponseContext.Response = reply;
        return (T)(object)reply;
    }

    public override void InvokeSync(IExecutionContext executionContext) =>
        throw new NotSupportedException("Secrets Manager is asked asynchronously only.");

    /// <summary>
    /// The error code is in a header, or in the body as <c>__type</c> or <c>code</c>. AWS's text is searched and never shown.
    /// </summary>
    private static async ValueTask<AmazonServiceException> ErrorAsync(HttpErrorResponseException error, CancellationToken ct)
    {
        var response = error.Response;
        using var body = await ReadAsync(response, MaxError, ct).ConfigureAwait(false);
        string? type = null,
            text = null;
        try
        {
            using var document = JsonDocument.Parse(body.Written);
            type = AwsReply.Text(document.RootElement, "__type") ?? AwsReply.Text(document.RootElement, "code");
            text = AwsReply.Text(document.RootElement, "message") ?? AwsReply.Text(document.RootElement, "Message");
        }
        catch (JsonException)
        {
            // A proxy's page, or half an answer; the header may still say what it is.
        }
        var code = NameOf(response.GetHeaderValue("x-amzn-ErrorType")) ?? NameOf(type);
        if (code is null)
            return NotAws(response.StatusCode, error);
        return new AwsServiceException(code, RequestId(response), response.StatusCode, error)
        {
            SpeaksOfDeletion = text?.Contains("delet", StringComparison.OrdinalIgnoreCase) == true,
            SpeaksOfReplicas = text?.Contains("replic", StringComparison.OrdinalIgnoreCase) == true,
        };
    }

    /// <summary><c>namespace#Name:url</c> is <c>Name</c>.</summary>
    internal static string? NameOf(string? type)
    {
        if (string.IsNullOrWhiteSpace(type))
            return null;
        type = type.Split(':', 2)[0];
        return
            type[(type.LastIndexOf('#') + 1)..].Trim() is { Length: > 0 and <= 128 } name && name.All(char.IsAsciiLetterOrDigit)
            ? name
            : null;
    }

    private static async ValueTask<ErasedBuffer> ReadAsync(IWebResponseData response, int limit, CancellationToken ct)
    {
        using var content = response.ResponseBody;
        if (response.ContentLength > limit)
            throw new ResponseTooLargeException(limit);
        var body = new ErasedBuffer((int)Math.Clamp(response.ContentLength + 1, 512, limit));
        try
        {
            var stream = await content.OpenResponseAsync().ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                int read;
                while ((read = await stream.ReadAsync(body.GetMemory(1), ct).ConfigureAwait(false)) > 0)
                {
                    body.Advance(read);
                    if (body.Length > limit)
                        throw new ResponseTooLargeException(limit);
                }
            }
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private static string? RequestId(IWebResponseData response) =>
        response.GetHeaderValue("x-amzn-RequestId") is { Length: > 0 } id ? id : null;

    private static AwsServiceException NotAws(HttpStatusCode status, Exception? inner) =>
        new(AwsServiceException.NotAws, null, status, inner);
}
