using System.Net;

namespace Trading.ServiceDefaults;

/// <summary>
/// Respects the broker's <c>Retry-After</c>: waits for a short pause, and fails at once during a longer one. Cancelling and
/// reducing orders are sent all the same, since they reduce risk and the broker may still refuse them itself.
/// </summary>
internal sealed class BrokerPauseHandler(TimeProvider time) : DelegatingHandler
{
    internal static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private long _askedAt;
    private TimeSpan _pause;

    private TimeSpan Left
    {
        get
        {
            lock (_gate)
                return _pause == TimeSpan.Zero ? TimeSpan.Zero : _pause - time.GetElapsedTime(_askedAt);
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!MakesSafer(request))
            await WaitAsync(cancellationToken);
        var answer = await base.SendAsync(request, cancellationToken);
        if (
            answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
            && RetryAfter.Of(answer) is { Ticks: > 0 } asked
        )
            Remember(asked);
        return answer;
    }

    private async Task WaitAsync(CancellationToken ct)
    {
        for (var left = Left; left > TimeSpan.Zero; left = Left)
        {
            if (left > LongestWait)
                throw new HttpRequestException(
                    $"The broker asked for a pause of another {Math.Ceiling(left.TotalSeconds)} s (Retry-After).",
                    null,
                    HttpStatusCode.TooManyRequests
                );
            await Task.Delay(left, time, ct);
        }
    }

    private void Remember(TimeSpan asked)
    {
        lock (_gate)
        {
            if (_pause - time.GetElapsedTime(_askedAt) < asked)
                (_askedAt, _pause) = (time.GetTimestamp(), asked);
        }
    }

    private static bool MakesSafer(HttpRequestMessage request) =>
        request.Method == HttpMethod.Delete || (request.Options.TryGetValue(TradingRisk.Opens, out var opens) && !opens);
}
