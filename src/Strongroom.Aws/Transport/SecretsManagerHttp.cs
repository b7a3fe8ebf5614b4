using Amazon.Runtime;

namespace Strongroom.Aws.Transport;

/// <summary>
/// Gives the SDK one client of our own: no redirects, no cookies, kept alive, and ended with the backend. Proxies are those of
/// <c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c> and <c>NO_PROXY</c>.
/// </summary>
internal sealed class SecretsManagerHttp(HttpClient client) : HttpClientFactory
{
    // Short of one attempt of the resilience layer, so that an address that swallows packets is told from a service that hangs.
    private static readonly TimeSpan s_connect = TimeSpan.FromSeconds(1.5);

    internal static HttpClient Create() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = s_connect,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => client;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
}
