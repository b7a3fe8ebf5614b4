using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Strongroom.Resilience;

/// <summary>
/// The pipelines of the paths that have failed, outermost first: total time limit, circuit breaker, retry, time limit per
/// attempt. The result of a pipeline is whether every request has a final result; the read holds the results.
/// </summary>
/// <param name="backend">The backend's name.</param>
/// <param name="settings">The limits.</param>
/// <param name="time">A clock whose wall time is not set meanwhile.</param>
/// <param name="logger">The log.</param>
internal sealed class RetryPipelines(string backend, ResilienceSettings settings, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_leastTotal = TimeSpan.FromMilliseconds(1);

    private readonly ConcurrentDictionary<string, ResiliencePipeline<bool>> _pipelines = new(StringComparer.Ordinal);

    internal bool Has(string path) => _pipelines.ContainsKey(path);

    /// <summary>Completes a read. The outcome of an attempt that was made before counts as that of the first one here.</summary>
    internal async ValueTask CompleteAsync(PendingRead read, string path, CancellationToken ct)
    {
        var context = ResilienceContextPool.Shared.Get(ct);
        context.Properties.Set(ReadProperty.Key, read);
        try
        {
            await _pipelines.GetOrAdd(path, Build).ExecuteAsync(AttemptAsync, context, read).ConfigureAwait(false);
        }
        catch (TimeoutRejectedException)
        {
            read.FailPending(SecretErrorCode.TimedOut, $"did not answer within {settings.Total.TotalSeconds:0.#} s", null);
        }
        catch (BrokenCircuitException e)
        {
            read.FailPending(
                SecretErrorCode.Unreachable,
                "failed repeatedly and is not called for a moment",
                e.RetryAfter ?? settings.Break
            );
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static ValueTask<bool> AttemptAsync(ResilienceContext context, PendingRead read)
    {
        var first = read.First;
        read.First = FirstAttempt.None;
        return first switch
        {
            FirstAttempt.None => read.AttemptAsync(context.CancellationToken),
            FirstAttempt.TimedOut => throw new TimeoutRejectedException(),
            _ => new ValueTask<bool>(false),
        };
    }

    private static PendingRead ReadOf(ResilienceContext context) => context.Properties.GetValue(ReadProperty.Key, null!);

    private ResiliencePipeline<bool> Build(string path)
    {
        var builder = new ResiliencePipelineBuilder<bool> { TimeProvider = time };
        builder.AddTimeout(Total()).AddCircuitBreaker(Breaker(path));
        if (settings.Attempts > 1)
            builder.AddRetry(Retry());
        return builder.AddTimeout(settings.Attempt).Build();
    }

    /// <summary>The time that is left of the limit: an attempt that was made before has used some of it.</summary>
    private TimeoutStrategyOptions Total() =>
        new()
        {
            TimeoutGenerator = args =>
                new(settings.Total - ReadOf(args.Context).Elapsed is var left && left > s_leastTotal ? left : s_leastTotal),
        };

    private CircuitBreakerStrategyOptions<bool> Breaker(string path) =>
        new()
        {
            FailureRatio = 1,
            MinimumThroughput = settings.FailuresToBreak,
            SamplingDuration = TimeSpan.FromSeconds(30),
            BreakDuration = settings.Break,
            ShouldHandle = args =>
                new(args.Outcome.Exception is TimeoutRejectedException || ReadOf(args.Context).HasFailedEntirely),
            OnOpened = args =>
            {
                Log.BackendBreakerOpened(logger, backend, args.BreakDuration.TotalSeconds, path);
                return default;
            },
        };

    private RetryStrategyOptions<bool> Retry() =>
        new()
        {
            MaxRetryAttempts = settings.Attempts - 1,
            Delay = settings.Pause,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            // A delay beyond the total time limit is final.
            ShouldHandle = args =>
                new(
                    args.Outcome.Exception is TimeoutRejectedException
                        || (
                            args.Outcome is { Exception: null, Result: false }
                            && !(ReadOf(args.Context).RetryAfter >= settings.Total)
                        )
                ),
            DelayGenerator = args => new(ReadOf(args.Context).RetryAfter),
            OnRetry = args =>
            {
                Log.Retrying(logger, backend, args.AttemptNumber + 2, args.RetryDelay.TotalMilliseconds);
                return default;
            },
        };

    /// <summary>A type of its own, so that Polly is loaded with the first pipeline and not with this class.</summary>
    private static class ReadProperty
    {
        internal static readonly ResiliencePropertyKey<PendingRead> Key = new("read");
    }
}
