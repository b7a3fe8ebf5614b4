using Amazon.Runtime;

namespace Strongroom.Aws.Transport;

/// <summary>
/// Gives the SDK one client of our own: no redirects, no cookies, kept alive, and ended with the backend. Proxies are those of
/// <c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c> and <c>NO_PROXY</c>.
/// </summary>
internal sealed class SecretsManagerHttp(HttpClient client) : HttpClientFactory
{
    // Short of one attempt of the resilience layer, so that an address that drops packets differs from a service that hangs.
    private static readonly TimeSpan s_connect = TimeSpan.FromSeconds(1.5);

    internal static HttpClient Create() => Create(Sockets());

    /// <summary>
    /// For a service whose answers the SDK reads itself, which has no end of its own: more bytes than these are a failure.
    /// </summary>
    internal static HttpClient CreateBounded(int most) => Create(new BoundedAnswers(most) { InnerHandler = Sockets() });

    private static HttpClient Create(HttpMessageHandler handler) => new(handler) { Timeout = Timeout.InfiniteTimeSpan };

    private static SocketsHttpHandler Sockets() =>
        new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = s_connect,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = 64,
        };

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => client;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    private sealed class BoundedAnswers(int most) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            try
            {
                await response.Content.LoadIntoBufferAsync(most, cancellationToken).ConfigureAwait(false);
                return response;
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
    }
}
