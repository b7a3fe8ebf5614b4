using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Strongroom.Testing.Aws.Signing;

/// <summary>
/// Checks who signed a request, in the sequence of the real thing: whose key, until when, by which clock, and then whether
/// every byte is what was signed.
/// </summary>
internal sealed class SignatureVerifier(CredentialStore credentials, TimeProvider time)
{
    private const string Stamp = "yyyyMMdd'T'HHmmss'Z'";
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public Signer Verify(HttpContext context, ReadOnlySpan<byte> body)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.Length == 0)
            throw new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token");
        if (!Authorization.TryParse(header, out var authorization))
            throw new AwsError(
                "IncompleteSignatureException",
                "The Authorization header is not that of Signature Version 4: it needs Credential, SignedHeaders and Signature."
            );
        var credential = credentials.Find(authorization.AccessKeyId);
        CheckToken(credential, context.Request.Headers["X-Amz-Security-Token"].ToString());
        var stamp = CheckClock(context.Request.Headers, authorization);
        CheckSignedHeaders(context.Request.Headers, authorization);
        CheckSignature(context, body, authorization, credential!, stamp);
        return new Signer(credential!, authorization.Region, authorization.Service);
    }

    private void CheckToken(Credential? credential, string token)
    {
        if (credential is null || !Same(credential.Keys.SessionToken ?? "", token))
            throw new AwsError("UnrecognizedClientException", "The security token included in the request is invalid.");
        if (credential.Expires <= time.GetUtcNow())
            throw new AwsError("ExpiredTokenException", "The security token included in the request is expired");
    }

    private string CheckClock(IHeaderDictionary headers, Authorization authorization)
    {
        if (Timestamp(headers) is not { } signed)
            throw new AwsError(
                "IncompleteSignatureException",
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
            );
        var (now, stamp) = (time.GetUtcNow(), Text(signed));
        if (!stamp.StartsWith(authorization.Date, StringComparison.Ordinal))
            throw Mismatch(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                    + $"'{authorization.Date}' != '{stamp[..8]}', from '{stamp}'."
            );
        if (signed < now - Tolerance)
            throw Mismatch($"Signature expired: {stamp} is now earlier than {Text(now - Tolerance)} ({Text(now)} - 5 min.)");
        if (signed > now + Tolerance)
            throw Mismatch(
                $"Signature not yet current: {stamp} is still later than {Text(now + Tolerance)} ({Text(now)} + 5 min.)"
            );
        return stamp;
    }

    private static DateTimeOffset? Timestamp(IHeaderDictionary headers)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (headers["X-Amz-Date"].ToString() is { Length: > 0 } stamp)
            return DateTimeOffset.TryParseExact(stamp, Stamp, CultureInfo.InvariantCulture, Utc, out var moment) ? moment : null;
        return DateTimeOffset.TryParseExact(headers.Date.ToString(), "R", CultureInfo.InvariantCulture, Utc, out var date)
            ? date
            : null;
    }

    private static void CheckSignedHeaders(IHeaderDictionary headers, Authorization authorization)
    {
        var needed = headers.Keys.Where(name => name.StartsWith("X-Amz-", StringComparison.OrdinalIgnoreCase)).Append("Host");
        foreach (var name in needed)
            if (!authorization.SignedHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
                throw Mismatch($"'{name}' must be a 'SignedHeader' in the AWS Authorization.");
    }

    private static void CheckSignature(
        HttpContext context,
        ReadOnlySpan<byte> body,
        Authorization authorization,
        Credential credential,
        string stamp
    )
    {
        var hash = CanonicalRequest.Hash(body);
        var claimedHash = context.Request.Headers["X-Amz-Content-SHA256"].ToString();
        if (claimedHash.Length > 0 && claimedHash != hash)
            throw Mismatch("The value passed as x-amz-content-sha256 does not match what was computed.");
        var canonical = CanonicalRequest.Of(context, authorization.SignedHeaders, hash);
        var canonicalHash = CanonicalRequest.Hash(Encoding.UTF8.GetBytes(canonical));
        var signed = $"{Authorization.Algorithm}\n{stamp}\n{authorization.Scope}\n{canonicalHash}";
        var key = Encoding.UTF8.GetBytes("AWS4" + credential.Keys.SecretAccessKey);
        foreach (var part in new[] { authorization.Date, authorization.Region, authorization.Service, "aws4_request" })
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        if (!Same(Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(signed))), authorization.Signature))
            throw Mismatch(
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access "
                    + "Key and signing method. Consult the service documentation for details."
            );
    }

    private static bool Same(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    private static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString(Stamp, CultureInfo.InvariantCulture);

    private static AwsError Mismatch(string message) => new("InvalidSignatureException", message);
}
