using Strongroom.Breaker;
using Strongroom.Testing;
using Trading.ServiceDefaults;

namespace Trading.Tests.Support;

/// <summary>
/// Replaces the bound credential, which has tests of its own; the breaker's gate below it is the platform's.
/// </summary>
internal sealed class KeyPairHandler(KeyPair pair, ICredentialBreaker breaker)
    : DelegatingHandler(new CredentialBreakerHandler(breaker) { InnerHandler = new SocketsHttpHandler() })
{
    /// <summary>What happens between an answer of the broker and the one who asked.</summary>
    public Func<HttpRequestMessage, Task>? Answered { get; set; }

    public static HttpClient CreateClient(PaperBroker broker, KeyPair pair, ICredentialBreaker breaker) =>
        new(new KeyPairHandler(pair, breaker)) { BaseAddress = broker.Url };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Add("APCA-API-KEY-ID", pair.KeyId);
        request.Headers.Add("APCA-API-SECRET-KEY", pair.Secret);
        var answer = await base.SendAsync(request, cancellationToken);
        await (Answered?.Invoke(request) ?? Task.CompletedTask);
        return answer;
    }
}
