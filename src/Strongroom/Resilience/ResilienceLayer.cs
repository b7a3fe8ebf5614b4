using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using Strongroom.Backends;

namespace Strongroom.Resilience;

/// <summary>
/// Applies resilience to reads, outermost first: total time limit, circuit breaker, retry, time limit per attempt.
/// </summary>
/// <remarks>
/// Only transient failures are retried, and within a batch only the requests that failed. There is one circuit breaker per path,
/// and one for batches, which counts only the failure of an entire batch, so that a failure of one name never affects others. It
/// protects the backend and closes by itself; the credential breaker is a different one, which protects what the credentials are
/// used for. Writes are not retried, since that is for their caller to decide.
/// </remarks>
internal sealed class ResilienceLayer : ISecretBackend
{
    private const string Batch = "a batch";

    private readonly ISecretBackend _inner;
    private readonly ResilienceSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, ResiliencePipeline<bool>> _pipelines = new(StringComparer.Ordinal);

    internal ResilienceLayer(ISecretBackend inner, ResilienceSettings settings, TimeProvider time, ILogger logger)
    {
        _inner = inner;
        _settings = settings;
        _time = new MonotonicTime(time);
        _logger = logger;
    }

    public string Name => _inner.Name;

    public BackendCapabilities Capabilities => _inner.Capabilities;

    public async ValueTask<IReadOnlyList<SecretReadResult>> ReadAsync(IReadOnlyList<SecretRequest> requests, CancellationToken ct)
    {
        var read = new PendingRead(_inner, requests);
        var path = requests is [var only] ? only.Path.ToString() : Batch;
        var context = read.Lease(ct);
        try
        {
            await Pipeline(path)
                .ExecuteAsync(static (context, read) => read.AttemptAsync(context.CancellationToken), context, read)
                .ConfigureAwait(false);
        }
        catch (TimeoutRejectedException)
        {
            read.FailPending(SecretErrorCode.TimedOut, $"did not answer within {_settings.Total.TotalSeconds:0.#} s", null);
        }
        catch (BrokenCircuitException e)
        {
            read.FailPending(
                SecretErrorCode.Unreachable,
                "failed repeatedly and is not called for a moment",
                e.RetryAfter ?? _settings.Break
            );
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
        return read.Answers;
    }

    public ValueTask<SecretWriteResult> WriteAsync(SecretWrite write, CancellationToken ct) => _inner.WriteAsync(write, ct);

    public IAsyncEnumerable<SecretName> ListAsync(string? prefix, CancellationToken ct) => _inner.ListAsync(prefix, ct);

    public IAsyncEnumerable<SecretVersionInfo> HistoryAsync(SecretLocation location, CancellationToken ct) =>
        _inner.HistoryAsync(location, ct);

    public ValueTask<SecretWriteResult> DeleteAsync(SecretLocation location, CancellationToken ct) =>
        _inner.DeleteAsync(location, ct);

    public ValueTask<SecretWriteResult> RestoreAsync(SecretLocation location, SecretVersion? version, CancellationToken ct) =>
        _inner.RestoreAsync(location, version, ct);

    private ResiliencePipeline<bool> Pipeline(string path) => _pipelines.GetOrAdd(path, Build);

    /// <summary>The pipeline's result is whether every request has a final result; the read holds the results.</summary>
    private ResiliencePipeline<bool> Build(string path)
    {
        var builder = new ResiliencePipelineBuilder<bool> { TimeProvider = _time };
        return Compose(builder, path).Build();
    }

    internal ResiliencePipelineBuilder<bool> Compose(ResiliencePipelineBuilder<bool> builder, string path)
    {
        builder.AddTimeout(_settings.Total).AddCircuitBreaker(Breaker(path));
        if (_settings.Attempts > 1)
            builder.AddRetry(Retry());
        return builder.AddTimeout(_settings.Attempt);
    }

    private CircuitBreakerStrategyOptions<bool> Breaker(string path) =>
        new()
        {
            FailureRatio = 1,
            MinimumThroughput = _settings.FailuresToBreak,
            SamplingDuration = TimeSpan.FromSeconds(30),
            BreakDuration = _settings.Break,
            ShouldHandle = args =>
                new(args.Outcome.Exception is TimeoutRejectedException || PendingRead.Of(args.Context).HasFailedEntirely),
            OnOpened = args =>
            {
                Log.BackendBreakerOpened(_logger, _inner.Name, args.BreakDuration.TotalSeconds, path);
                return default;
            },
        };

    private RetryStrategyOptions<bool> Retry() =>
        new()
        {
            MaxRetryAttempts = _settings.Attempts - 1,
            Delay = _settings.Pause,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            // A delay beyond the total time limit is final.
            ShouldHandle = args =>
                new(
                    args.Outcome.Exception is TimeoutRejectedException
                        || (
                            args.Outcome is { Exception: null, Result: false }
                            && !(PendingRead.Of(args.Context).RetryAfter >= _settings.Total)
                        )
                ),
            DelayGenerator = args => new(PendingRead.Of(args.Context).RetryAfter),
            OnRetry = args =>
            {
                Log.Retrying(_logger, _inner.Name, args.AttemptNumber + 2, args.RetryDelay.TotalMilliseconds);
                return default;
            },
        };
}
