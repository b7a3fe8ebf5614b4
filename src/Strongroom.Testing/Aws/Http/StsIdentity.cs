using System.Security;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Strongroom.Testing.Aws.Signing;

namespace Strongroom.Testing.Aws;

/// <summary>STS's <c>GetCallerIdentity</c> in its query protocol: forms in, XML out. It needs no permission.</summary>
internal sealed class StsIdentity(SignatureVerifier signatures, string account)
{
    public const string Operation = "GetCallerIdentity";
    private const string Space = "https://sts.amazonaws.com/doc/2011-06-15/";

    public async Task AnswerAsync(HttpContext context, byte[] body)
    {
        var requestId = context.Response.Headers["x-amzn-RequestId"].ToString();
        try
        {
            var caller = signatures.Verify(context, body);
            if (caller.Service != "sts")
                throw new AwsError("InvalidSignatureException", "Credential should be scoped to correct service: 'sts'.");
            var form = QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body));
            if (!form.TryGetValue("Action", out var action) || action != Operation)
                throw new AwsError("InvalidAction", "Could not find operation for version 2011-06-15");
            await WriteAsync(
                context,
                200,
                $"<GetCallerIdentityResponse xmlns=\"{Space}\"><GetCallerIdentityResult>"
                    + $"<Arn>{caller.Credential.Arn}</Arn><UserId>{caller.Credential.UserId}</UserId>"
                    + $"<Account>{account}</Account></GetCallerIdentityResult>"
                    + $"<ResponseMetadata><RequestId>{requestId}</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
            );
        }
        catch (AwsError error)
        {
            context.Items[typeof(AwsError)] = error;
            var (code, status) = Spoken(error);
            await WriteAsync(
                context,
                status,
                $"<ErrorResponse xmlns=\"{Space}\"><Error><Type>Sender</Type><Code>{code}</Code>"
                    + $"<Message>{SecurityElement.Escape(error.Message)}</Message></Error>"
                    + $"<RequestId>{requestId}</RequestId></ErrorResponse>"
            );
        }
    }

    // The older protocol has older names for the same refusals.
    private static (string Code, int Status) Spoken(AwsError error) =>
        error.Code switch
        {
            "UnrecognizedClientException" => ("InvalidClientTokenId", 403),
            "InvalidSignatureException" => ("SignatureDoesNotMatch", 403),
            "ExpiredTokenException" => ("ExpiredToken", 403),
            "MissingAuthenticationTokenException" => ("MissingAuthenticationToken", 403),
            "IncompleteSignatureException" => ("IncompleteSignature", 400),
            var other => (other, 400),
        };

    private static async Task WriteAsync(HttpContext context, int status, string xml)
    {
        var bytes = Encoding.UTF8.GetBytes(xml);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/xml";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
