using Polly;
using Strongroom.Backends;

namespace Strongroom.Resilience;

/// <summary>A read across its attempts: final results are kept, the other requests are sent again.</summary>
internal sealed class PendingRead(ISecretBackend backend, IReadOnlyList<SecretRequest> requests)
{
    private static readonly ResiliencePropertyKey<PendingRead> s_key = new("read");

    private readonly SecretReadResult?[] _results = new SecretReadResult?[requests.Count];

    internal IReadOnlyList<SecretReadResult> Answers => _results!;

    /// <summary>Whether no request has a final result.</summary>
    internal bool HasFailedEntirely => Array.TrueForAll(_results, NeedsRetry);

    /// <summary>The longest delay that the backend asked for; null leaves it to the pipeline.</summary>
    internal TimeSpan? RetryAfter => _results.Max(answer => (answer?.Error as SecretUnavailableException)?.RetryAfter);

    internal static PendingRead Of(ResilienceContext context) => context.Properties.GetValue(s_key, null!);

    internal ResilienceContext Lease(CancellationToken ct)
    {
        var context = ResilienceContextPool.Shared.Get(ct);
        context.Properties.Set(s_key, this);
        return context;
    }

    internal async ValueTask<bool> AttemptAsync(CancellationToken ct)
    {
        var open = Enumerable.Range(0, requests.Count).Where(i => NeedsRetry(_results[i])).ToList();
        var answers = await AskAsync([.. open.Select(i => requests[i])], ct).ConfigureAwait(false);
        for (var i = 0; i < open.Count; i++)
            _results[open[i]] = answers[i];
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

    private async ValueTask<IReadOnlyList<SecretReadResult>> AskAsync(SecretRequest[] open, CancellationToken ct)
    {
        try
        {
            return await backend.ReadAsync(open, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            return
            [
                .. open.Select(request =>
                    SecretReadResult.Failure(
                        request,
                        e as SecretException
                            ?? new SecretUnavailableException(
                                SecretErrorCode.Unreachable,
                                $"The {backend.Name} backend failed with {e.GetType().Name} ('{request.Path}'). Run "
                                    + "'strongroom doctor' to see why.",
                                request.Locations[0].Name,
                                backend.Name
                            )
                    )
                ),
            ];
        }
    }

    private static bool NeedsRetry(SecretReadResult? answer) => answer is null or { Succeeded: false, Error.IsTransient: true };
}
