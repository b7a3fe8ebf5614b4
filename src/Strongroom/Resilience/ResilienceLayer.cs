using Microsoft.Extensions.Logging;
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
/// <para>
/// While a path has not failed, a read is one attempt under the time limits and nothing else, so that a start builds no
/// pipeline. The first failure builds the path's pipeline, which takes that attempt's outcome over as its first; its circuit
/// breaker counts from there.
/// </para>
/// </remarks>
internal sealed class ResilienceLayer : ISecretBackend
{
    private const string Batch = "a batch";

    private readonly ISecretBackend _inner;
    private readonly ResilienceSettings _settings;
    private readonly TimeProvider _time;
    private readonly Lazy<RetryPipelines> _pipelines;

    internal ResilienceLayer(ISecretBackend inner, ResilienceSettings settings, TimeProvider time, ILogger logger)
    {
        _inner = inner;
        _settings = settings;
        _time = new MonotonicTime(time);
        _pipelines = new Lazy<RetryPipelines>(() => new RetryPipelines(inner.Name, settings, _time, logger));
    }

    public string Name => _inner.Name;

    public BackendCapabilities Capabilities => _inner.Capabilities;

    /// <summary>Whether a path has failed so far.</summary>
    internal bool HasPipelines => _pipelines.IsValueCreated;

    public async ValueTask<IReadOnlyList<SecretReadResult>> ReadAsync(IReadOnlyList<SecretRequest> requests, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var read = new PendingRead(_inner, requests, _time);
        var path = requests is [var only] ? only.Path.ToString() : Batch;
        if (!HasPipelines || !_pipelines.Value.Has(path))
        {
            var limit = _settings.Attempt < _settings.Total ? _settings.Attempt : _settings.Total;
            using var timeout = new CancellationTokenSource(limit, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
            try
            {
                if (await read.AttemptAsync(either.Token).ConfigureAwait(false))
                    return read.Answers;
                read.First = FirstAttempt.Failed;
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                read.First = FirstAttempt.TimedOut;
            }
        }
        await _pipelines.Value.CompleteAsync(read, path, ct).ConfigureAwait(false);
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
}
