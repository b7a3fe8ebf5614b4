using System.Collections.Frozen;
using Amazon.Runtime;

namespace Strongroom.Aws.Transport;

/// <summary>Turns what AWS or the network did into our error, by AWS's own names and in our own words.</summary>
internal static class AwsErrors
{
    private static readonly FrozenSet<string> s_throttled = FrozenSet.Create(
        StringComparer.Ordinal,
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "BandwidthLimitExceeded",
        "SlowDown"
    );

    private static readonly FrozenSet<string> s_login = FrozenSet.Create(
        StringComparer.Ordinal,
        "ExpiredToken",
        "ExpiredTokenException",
        "UnrecognizedClientException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "RequestExpired",
        "RequestTimeTooSkewed",
        "RequestInTheFuture",
        "AuthFailure",
        "OptInRequired",
        "NotAuthorized"
    );

    internal static bool IsThrottled(AmazonServiceException error) =>
        s_throttled.Contains(error.ErrorCode) || (int)error.StatusCode == 429;

    internal static bool IsLogin(AmazonServiceException error) => s_login.Contains(error.ErrorCode);

    /// <summary>The error of an answer that says that AWS cannot answer now, or null: the answer is about the request.</summary>
    internal static SecretUnavailableException? Of(AmazonServiceException error, AwsCall call, string region) =>
        error.ErrorCode switch
        {
            AwsServiceException.NotAws => Unreachable(
                call,
                region,
                $"gives a response that is not AWS's ({(int)error.StatusCode}); it may come from a proxy"
            ),
            "InternalServiceError"
            or "InternalServiceErrorException"
            or "InternalFailure"
            or "ServiceUnavailable"
            or "ServiceUnavailableException"
            or "RequestTimeout"
            or "RequestTimeoutException" => Unreachable(call, region, $"failed ({error.ErrorCode})"),
            _ when (int)error.StatusCode >= 500 => Unreachable(call, region, $"failed ({(int)error.StatusCode})"),
            _ => null,
        };

    internal static SecretUnavailableException Throttled(AwsCall call, TimeSpan wait) =>
        new(
            SecretErrorCode.Throttled,
            $"AWS throttles requests{About(call)}; none are sent for {Math.Ceiling(wait.TotalSeconds):0} s. Check the "
                + "account's Secrets Manager quotas if this persists.",
            call.About,
            AwsDefaults.BackendName,
            retryAfter: wait
        );

    internal static SecretUnavailableException TimedOut(AwsCall call, string region) =>
        new(
            SecretErrorCode.TimedOut,
            $"Secrets Manager in {region} did not respond in time{About(call)}. Check the network, the proxy and the VPC "
                + "endpoint.",
            call.About,
            AwsDefaults.BackendName
        );

    internal static SecretAccessDeniedException LoginRejected(AwsCall? call, string code) =>
        new(
            SecretErrorCode.LoginRejected,
            $"AWS rejects the credentials ({code}){About(call)}. Check the caller (aws sts get-caller-identity), that no "
                + "session token has expired, and the clock.",
            call?.About,
            AwsDefaults.BackendName
        );

    internal static SecretUnavailableException Unreachable(AwsCall? call, string region, string what) =>
        new(
            SecretErrorCode.Unreachable,
            $"Secrets Manager in {region} {what}{About(call)}.",
            call?.About,
            AwsDefaults.BackendName
        );

    internal static SecretUnavailableException Unreachable(AwsCall? call, string region, HttpRequestError error) =>
        Unreachable(
            call,
            region,
            error switch
            {
                HttpRequestError.NameResolutionError =>
                    "cannot be resolved; check AWS_REGION, AWS_ENDPOINT_URL_SECRETS_MANAGER and DNS",
                HttpRequestError.ConnectionError => "accepts no connections; check the network, the proxy and the VPC endpoint",
                HttpRequestError.SecureConnectionError =>
                    "has a certificate that is expired, for another name, or from an untrusted authority; check for a "
                        + "proxy that intercepts TLS",
                _ => "closed the connection",
            }
        );

    /// <summary>
    /// What the SDK could not even send: it found no credentials, or could not fetch them. A refusal of those is definite.
    /// </summary>
    internal static SecretException NotSent(AmazonClientException error, AwsCall? call, string region)
    {
        for (Exception? inner = error.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (inner is AmazonServiceException refusal && (int)refusal.StatusCode is >= 400 and < 500 && !IsThrottled(refusal))
                return LoginRejected(call, ReplyReader.NameOf(refusal.ErrorCode) ?? "no name");
        }
        return Unreachable(
            call,
            region,
            "was not called, since there are no AWS credentials or they could not be fetched. Set AWS_PROFILE, give the "
                + "workload a role, or run 'aws sso login'; 'aws sts get-caller-identity' shows the caller"
        );
    }

    private static string About(AwsCall? call) => call?.About is { } name ? $" ('{name}')" : "";
}
