using Polly;
using Strongroom.Backends;

namespace Strongroom.Resilience;

/// <summary>One read on its way through the attempts: what is answered stays answered, the rest is asked again.</summary>
internal sealed class PendingRead(ISecretBackend backend, IReadOnlyList<SecretRequest> requests)
{
    private static readonly ResiliencePropertyKey<PendingRead> s_key = new("read");

    private readonly SecretReadResult?[] _answers = new SecretReadResult?[requests.Count];

    internal IReadOnlyList<SecretReadResult> Answers => _answers!;

    /// <summary>True where not one request was answered for good.</summary>
    internal bool FailedWholly => Array.TrueForAll(_answers, NeedsAnother);

    /// <summary>The longest that the backend asked to wait; null leaves it to the pipeline.</summary>
    internal TimeSpan? RetryAfter => _answers.Max(answer => (answer?.Error as SecretUnavailableException)?.RetryAfter);

    internal static PendingRead Of(ResilienceContext context) => context.Properties.GetValue(s_key, null!);

    internal ResilienceContext Lease(CancellationToken ct)
    {
        var context = ResilienceContextPool.Shared.Get(ct);
        context.Properties.Set(s_key, this);
        return context;
    }

    internal async ValueTask<bool> AttemptAsync(CancellationToken ct)
    {
        var open = Enumerable.Range(0, requests.Count).Where(i => NeedsAnother(_answers[i])).ToList();
        var answers = await AskAsync([.. open.Select(i => requests[i])], ct).ConfigureAwait(false);
        for (var i = 0; i < open.Count; i++)
            _answers[open[i]] = answers[i];
        return !Array.Exists(_answers, NeedsAnother);
    }

    /// <summary>Answers what was never answered; an earlier failure of its own says more than that time is up.</summary>
    internal void FailRest(SecretErrorCode code, string what, TimeSpan? retryAfter)
    {
        for (var i = 0; i < _answers.Length; i++)
        {
            _answers[i] ??= SecretReadResult.Failed(
                requests[i],
                new SecretUnavailableException(
                    code,
                    $"The {backend.Name} backend {what} ('{requests[i].Path}'). Run 'strongroom doctor' to see why.",
                    requests[i].Places[0].Name,
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
                    SecretReadResult.Failed(
                        request,
                        e as SecretException
                            ?? new SecretUnavailableException(
                                SecretErrorCode.Unreachable,
                                $"The {backend.Name} backend failed with {e.GetType().Name} ('{request.Path}'). Run "
                                    + "'strongroom doctor' to see why.",
                                request.Places[0].Name,
                                backend.Name
                            )
                    )
                ),
            ];
        }
    }

    private static bool NeedsAnother(SecretReadResult? answer) => answer is null or { Succeeded: false, Error.IsTransient: true };
}
