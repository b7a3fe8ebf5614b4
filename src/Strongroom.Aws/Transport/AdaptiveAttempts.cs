using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace Strongroom.Aws.Transport;

/// <summary>As <see cref="StandardAttempts"/>, and slower by the SDK's own measure where AWS throttles.</summary>
internal sealed class AdaptiveAttempts(IClientConfig config) : AdaptiveRetryPolicy(config)
{
    public override bool RetryLimitReached(IExecutionContext executionContext) =>
        AttemptRule.IsLast(executionContext, MaxRetries);

    public override async Task<bool> RetryForExceptionAsync(IExecutionContext executionContext, Exception exception) =>
        AttemptRule.SignsAgain(executionContext, exception)
        || (
            AttemptRule.MayRepeat(executionContext, MaxRetries)
            && await base.RetryForExceptionAsync(executionContext, exception).ConfigureAwait(false)
        );

    public override Task WaitBeforeRetryAsync(IExecutionContext executionContext) =>
        AttemptRule.MayRepeat(executionContext, MaxRetries) ? base.WaitBeforeRetryAsync(executionContext) : Task.CompletedTask;
}
