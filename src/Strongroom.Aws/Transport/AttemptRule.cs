using Amazon.Runtime;

namespace Strongroom.Aws.Transport;

/// <summary>How often the SDK sends one call.</summary>
internal static class AttemptRule
{
    /// <summary>Whether a failure may be followed by another attempt of the SDK's.</summary>
    internal static bool MayRepeat(IExecutionContext context, int repeats) =>
        !IsRead(context) && context.RequestContext.Retries < repeats;

    /// <summary>Whether not even a corrected clock is followed by another: a clock that is wrong twice stays wrong.</summary>
    internal static bool IsLast(IExecutionContext context, int repeats) =>
        context.RequestContext.Retries >= (IsRead(context) ? 1 : Math.Max(repeats, 1));

    private static bool IsRead(IExecutionContext context) => context.RequestContext.OriginalRequest is AwsCall { IsRead: true };
}
