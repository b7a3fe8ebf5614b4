using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Strongroom.Testing.Aws.Operations;
using Strongroom.Testing.Aws.Signing;

namespace Strongroom.Testing.Aws;

/// <summary>
/// One address for Secrets Manager's JSON protocol and the one call of STS that tells who one is. The signature comes first,
/// then the operation.
/// </summary>
internal sealed partial class AwsEndpoint(SecretsManagerApi api, SignatureVerifier signatures, TimeProvider time, string account)
{
    private const string Service = "secretsmanager";

    /// <summary>The operation that a request asks for; empty where it is none of ours.</summary>
    public static string OperationOf(HttpRequest request) =>
        request.Headers["X-Amz-Target"].ToString() is var target && target.StartsWith(Service + ".", StringComparison.Ordinal)
            ? target[(Service.Length + 1)..]
        : request.HasFormContentType ? StsIdentity.Operation
        : "";

    /// <summary>
    /// AWS's own names are served too, for a proxy that impersonates AWS; no browser's page can be at one of them.
    /// </summary>
    public static Task RefuseForeignHostsAsync(HttpContext context, RequestDelegate next) =>
        OwnHost().IsMatch(context.Request.Host.Host) ? next(context) : Gate.RefuseForeignHostsAsync(context, next);

    public async Task AnswerAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        var body = buffer.ToArray();
        if (context.Request.HasFormContentType)
        {
            await new StsIdentity(signatures, account).AnswerAsync(context, body);
            return;
        }
        try
        {
            await AwsJson.WriteAsync(context, 200, api.Answer(Open(context, body)));
        }
        catch (AwsError error) when (!context.Response.HasStarted)
        {
            context.Items[typeof(AwsError)] = error;
            await AwsJson.WriteAsync(context, error);
        }
    }

    private ServerCall Open(HttpContext context, byte[] body)
    {
        var operation = OperationOf(context.Request);
        if (!HttpMethods.IsPost(context.Request.Method) || context.Request.Path != "/" || !api.Knows(operation))
            throw new AwsError("UnknownOperationException", "The requested operation is not supported in the called region.");
        var caller = signatures.Verify(context, body);
        if (caller.Service != Service)
            throw new AwsError("InvalidSignatureException", $"Credential should be scoped to correct service: '{Service}'.");
        if (!ReplicaRegions.IsRegion(caller.Region))
            throw new AwsError("InvalidSignatureException", "Credential should be scoped to a valid region.");
        if (context.Request.ContentType?.Split(';')[0] != "application/x-amz-json-1.1")
            throw new AwsError("UnknownOperationException", "The content type is not application/x-amz-json-1.1.");
        return new ServerCall(caller, operation, new Parameters(AwsJson.Read(body)), time.GetUtcNow())
        {
            BatchFault = context.Items[typeof(BatchFault)] as BatchFault,
        };
    }

    [GeneratedRegex(
        @"^secretsmanager(-fips)?\.[a-z]+(-[a-z]+)+-[0-9]+\.(amazonaws\.com(\.cn)?|api\.aws)$",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex OwnHost();
}
