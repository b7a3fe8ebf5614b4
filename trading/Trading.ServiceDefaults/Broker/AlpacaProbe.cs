using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Strongroom;
using Strongroom.AspNetCore;

namespace Trading.ServiceDefaults;

/// <summary>
/// Tries the broker's key pair by reading, which changes nothing: the account at the trading API, or the
/// latest bar where a service has only the data API. There a 403 may mean a missing subscription, so it proves nothing.
/// </summary>
/// <remarks>The manager is composed with its probes, so this resolves nothing from the container before it is used.</remarks>
internal sealed class AlpacaProbe(IServiceProvider services, Func<TradingSettings, Uri?> addressOf, string path)
    : IBundleProbe,
        IDisposable
{
    internal const string Account = "/v2/account";
    internal const string LatestBar = "/v2/stocks/bars/latest?symbols=SPY";

    private readonly HttpMessageInvoker _http = new(BoundSockets.Create());

    public string Bundle => "alpaca";

    public async ValueTask<ProbeResult> TryAsync(SecretSet candidate, CancellationToken ct)
    {
        if (addressOf(services.GetRequiredService<TradingSettings>()) is not { } address)
            return ProbeResult.Unknown;
        BrokerCredential.BindingOf(services).Require(address);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
        foreach (var (name, value) in BrokerCredential.HeadersOf(candidate))
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request, ct);
        Func<HttpResponseMessage, ReadOnlyMemory<byte>, bool>? form = response.StatusCode switch
        {
            // An intermediary's page is not the broker's response, whatever its status.
            HttpStatusCode.OK => RejectionForms.IsJsonObject,
            HttpStatusCode.Unauthorized => BrokerCredential.IsRejection,
            HttpStatusCode.Forbidden when path == Account => BrokerCredential.IsSuspicion,
            _ => null,
        };
        if (form is null)
            return ProbeResult.Unknown;
        await response.Content.LoadIntoBufferAsync(64 * 1024, ct);
        return !form(response, await response.Content.ReadAsByteArrayAsync(ct)) ? ProbeResult.Unknown
            : response.StatusCode == HttpStatusCode.OK ? ProbeResult.Accepted
            : ProbeResult.Rejected;
    }

    public void Dispose() => _http.Dispose();
}
