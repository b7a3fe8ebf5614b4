using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace Strongroom.Aws.Transport;

/// <summary>
/// A read is sent once: the resilience layer counts, spreads and bounds its attempts for every backend, and two layers of retries
/// would multiply. Writes and lists, which nothing else retries, are sent as often as configured. Either is sent once more where
/// AWS rejected our clock and the SDK corrected it.
/// </summary>
internal sealed class StandardAttempts(IClientConfig config) : StandardRetryPolicy(config)
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
