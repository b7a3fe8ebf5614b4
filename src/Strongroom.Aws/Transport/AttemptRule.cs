using Amazon.Runtime;

namespace Strongroom.Aws.Transport;

/// <summary>How often the SDK sends one call.</summary>
internal static class AttemptRule
{
    // The SDK's own threshold. AWS accepts five minutes.
    private static readonly TimeSpan s_clockTolerance = TimeSpan.FromMinutes(4);

    /// <summary>Whether a failure may be followed by another attempt of the SDK's.</summary>
    internal static bool MayRepeat(IExecutionContext context, int repeats) =>
        !IsRead(context) && context.RequestContext.Retries < repeats;

    /// <summary>Whether not even a corrected clock is followed by another: a clock that is wrong twice stays wrong.</summary>
    internal static bool IsLast(IExecutionContext context, int repeats) =>
        context.RequestContext.Retries >= (IsRead(context) ? 1 : Math.Max(repeats, 1));

    /// <summary>
    /// Whether AWS rejected a signature whose time its response has corrected; the next attempt signs again. The SDK itself
    /// compares the response with this machine's clock only, and so gives up where that clock has been set right and the earlier
    /// correction is what is wrong.
    /// </summary>
    internal static bool SignsAgain(IExecutionContext context, Exception exception)
    {
        if (exception is not AwsServiceException error || !AwsErrors.IsLogin(error))
            return false;
        var request = context.RequestContext.Request;
        var now = CorrectClockSkew.GetCorrectedUtcNowForEndpoint(request.Endpoint.ToString());
        if (request.AWS4SignerResult is not { } signature || (now - signature.DateTime).Duration() <= s_clockTolerance)
            return false;
        context.RequestContext.IsSigned = false;
        return true;
    }

    private static bool IsRead(IExecutionContext context) => context.RequestContext.OriginalRequest is AwsCall { IsRead: true };
}
