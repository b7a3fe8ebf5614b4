using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using Strongroom.Backends;

namespace Strongroom.Resilience;

/// <summary>
/// Gives a read its time budget, its retries and its breaker, outermost first: total time, breaker, retry, time of one attempt.
/// </summary>
/// <remarks>
/// Only transient failures are retried, and within a batch only the requests that failed. The breaker is one for each path (and
/// one for batches, which counts a failure only when all of a batch failed), so that one name's failure never opens it for
/// others. It protects the backend and heals itself; the one that protects what the credentials are used for is the credential
/// breaker. Writes are not retried here: a repeated write is for its caller to decide.
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
            read.FailRest(SecretErrorCode.TimedOut, $"did not answer within {_settings.Total.TotalSeconds:0.#} s", null);
        }
        catch (BrokenCircuitException e)
        {
            read.FailRest(
                SecretErrorCode.Unreachable,
                "failed again and again and is left alone for a moment",
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

    public IAsyncEnumerable<SecretVersionInfo> HistoryAsync(SecretLocation place, CancellationToken ct) =>
        _inner.HistoryAsync(place, ct);

    public ValueTask<SecretWriteResult> DeleteAsync(SecretLocation place, CancellationToken ct) => _inner.DeleteAsync(place, ct);

    public ValueTask<SecretWriteResult> RestoreAsync(SecretLocation place, SecretVersion? version, CancellationToken ct) =>
        _inner.RestoreAsync(place, version, ct);

    public ValueTask<SecretWriteResult> PromoteAsync(
        SecretLocation place,
        SecretVersion pending,
        SecretVersion? expected,
        CancellationToken ct
    ) => _inner.PromoteAsync(place, pending, expected, ct);

    private ResiliencePipeline<bool> Pipeline(string path) => _pipelines.GetOrAdd(path, Build);

    /// <summary>The outcome is whether everything was answered; the answers themselves are kept by the read.</summary>
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
                new(args.Outcome.Exception is TimeoutRejectedException || PendingRead.Of(args.Context).FailedWholly),
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
            // A pause longer than the whole budget is no pause but an answer.
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
