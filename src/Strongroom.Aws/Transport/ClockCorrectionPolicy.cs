using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace Strongroom.Aws.Transport;

/// <summary>
/// One attempt, and one more where AWS took our clock for wrong and the SDK corrected it. Everything else is for the resilience layer,
/// which counts, spreads and bounds its attempts for every backend alike.
/// </summary>
internal sealed class ClockCorrectionPolicy(IClientConfig config) : StandardRetryPolicy(config)
{
    public override bool RetryForException(IExecutionContext executionContext, Exception exception) => false;

    public override Task<bool> RetryForExceptionAsync(IExecutionContext executionContext, Exception exception) => Task.FromResult(false);

    // The corrected request is another one: there is nothing to wait for.
    public override Task WaitBeforeRetryAsync(IExecutionContext executionContext) => Task.CompletedTask;
}
