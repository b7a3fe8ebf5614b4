using Strongroom.Backends;

namespace Strongroom.Resilience;

/// <summary>A read across its attempts: final results are kept, the other requests are sent again.</summary>
internal sealed class PendingRead(ISecretBackend backend, IReadOnlyList<SecretRequest> requests, TimeProvider time)
{
    private readonly SecretReadResult?[] _results = new SecretReadResult?[requests.Count];
    private readonly long _began = time.GetTimestamp();

    internal IReadOnlyList<SecretReadResult> Answers => _results!;

    /// <summary>How long ago the first attempt began.</summary>
    internal TimeSpan Elapsed => time.GetElapsedTime(_began);

    /// <summary>How an attempt ended that was made outside of the pipeline, which takes it over as its first.</summary>
    internal FirstAttempt First { get; set; }

    /// <summary>Whether no request has a final result.</summary>
    internal bool HasFailedEntirely => Array.TrueForAll(_results, NeedsRetry);

    /// <summary>The longest delay that the backend asked for; null leaves it to the pipeline.</summary>
    internal TimeSpan? RetryAfter => _results.Max(answer => (answer?.Error as SecretUnavailableException)?.RetryAfter);

    /// <summary>Sends the requests without a final result. Returns whether every request has one now.</summary>
    internal async ValueTask<bool> AttemptAsync(CancellationToken ct)
    {
        SecretRequest[] open = [.. requests.Where((_, i) => NeedsRetry(_results[i]))];
        IReadOnlyList<SecretReadResult> answers;
        try
        {
            answers = await backend.ReadAsync(open, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            answers = Array.ConvertAll(open, request => SecretReadResult.Failure(request, Error(request, e)));
        }
        for (var (i, next) = (0, 0); i < _results.Length; i++)
        {
            if (NeedsRetry(_results[i]))
                _results[i] = answers[next++];
        }
        return !Array.Exists(_results, NeedsRetry);
    }

    /// <summary>
    /// Completes requests without any result. An earlier failure of a request is kept, since it says more than that time is up.
    /// </summary>
    internal void FailPending(SecretErrorCode code, string what, TimeSpan? retryAfter)
    {
        for (var i = 0; i < _results.Length; i++)
        {
            _results[i] ??= SecretReadResult.Failure(
                requests[i],
                new SecretUnavailableException(
                    code,
                    $"The {backend.Name} backend {what} ('{requests[i].Path}'). Run 'strongroom doctor' to see why.",
                    requests[i].Locations[0].Name,
                    backend.Name,
                    retryAfter: retryAfter
                )
            );
        }
    }

    private SecretException Error(SecretRequest request, Exception e) =>
        e as SecretException
        ?? new SecretUnavailableException(
            SecretErrorCode.Unreachable,
            $"The {backend.Name} backend failed with {e.GetType().Name} ('{request.Path}'). Run 'strongroom doctor' to see why.",
            request.Locations[0].Name,
            backend.Name
        );

    private static bool NeedsRetry(SecretReadResult? answer) => answer is null or { Succeeded: false, Error.IsTransient: true };
}

/// <summary>How a first attempt ended that the pipeline still has to take over.</summary>
internal enum FirstAttempt
{
    /// <summary>There is none: the pipeline makes the first attempt itself, or has taken it over.</summary>
    None,

    /// <summary>Requests without a final result are left.</summary>
    Failed,

    /// <summary>The backend did not answer within the time limit of an attempt.</summary>
    TimedOut,
}
