using System.Net.Http.Headers;

namespace Strongroom.AspNetCore;

/// <summary>
/// Adds a fresh call token to each request to one service. Register it inside of handlers that repeat requests.
/// </summary>
public sealed class SignedCallHandler : DelegatingHandler
{
    /// <summary>The largest response that is read; a longer one is an <see cref="HttpRequestException"/>.</summary>
    public const int MaxResponseBytes = 8 * 1024 * 1024;

    private readonly CallTokenSigner _signer;
    private readonly string _callee;

    /// <summary>Creates a handler for calls to <paramref name="callee"/>.</summary>
    public SignedCallHandler(CallTokenSigner signer, string callee)
    {
        _signer = signer;
        _callee = callee;
        _ = CallKeys.NameOf(callee, callee);
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var target = request.RequestUri?.PathAndQuery ?? throw new InvalidOperationException("A call needs a request URI.");
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            await _signer.SignAsync(_callee, request.Method, target, cancellationToken)
        );
        try
        {
            return LimitedContent.Of(await base.SendAsync(request, cancellationToken), MaxResponseBytes);
        }
        finally
        {
            request.Headers.Authorization = null;
        }
    }
}
