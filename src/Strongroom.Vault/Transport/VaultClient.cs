using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Strongroom.Backends.Wire;
using Strongroom.Resilience;

namespace Strongroom.Vault.Transport;

/// <summary>
/// Sends: the one place that knows Vault's headers. It gives Vault's own answers back, whatever they say about the request, and
/// throws where Vault cannot answer now.
/// </summary>
internal sealed class VaultClient : IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly Uri[] _addresses;
    private readonly string? _namespace;
    private readonly Deadlines _deadlines;
    private readonly ThrottleGate _gate;
    private int _preferred;

    internal VaultClient(VaultOptions options, TimeProvider time, ILogger logger)
    {
        _http = VaultSockets.Create(options);
        _addresses = [.. options.Addresses];
        _namespace = options.Namespace;
        _deadlines = new Deadlines(time);
        _gate = new ThrottleGate(time, (pause, _) => Log.Throttled(logger, pause.TotalSeconds), () => Log.ThrottleEnded(logger));
        if (options.SkipVerify)
            Log.VerifySkipped(logger);
    }

    /// <summary>Sends to the address that answered last, then to the others in turn.</summary>
    /// <exception cref="SecretUnavailableException">Vault cannot answer now.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<VaultReply> SendAsync(VaultRequest request, string? token, CancellationToken ct)
    {
        if (_gate.Left is { } left)
            throw VaultErrors.Throttled(request, left);
        using var deadline = _deadlines.Begin(VaultRequest.LongestExchange, ct);
        SecretUnavailableException? failure = null;
        var first = Volatile.Read(ref _preferred);
        for (var i = 0; i < _addresses.Length; i++)
        {
            var index = (first + i) % _addresses.Length;
            var mayMoveOn = request.IsRepeatable;
            try
            {
                var reply = await ExchangeAsync(_addresses[index], request, token, deadline.Token).ConfigureAwait(false);
                failure = FaultOf(reply, _addresses[index], request);
                if (failure is null)
                {
                    Volatile.Write(ref _preferred, index);
                    return reply;
                }
                // A node that is sealed or a standby has done nothing.
                mayMoveOn |= reply.Status is 472 or 473 or 503;
                reply.Dispose();
                if (failure.Code == SecretErrorCode.Throttled)
                    throw failure;
            }
            catch (HttpRequestException e)
            {
                var kind = VaultErrors.KindOf(e);
                failure = VaultErrors.Unreachable(_addresses[index], request, kind);
                mayMoveOn |=
                    kind
                        is HttpRequestError.NameResolutionError
                            or HttpRequestError.ConnectionError
                            or HttpRequestError.SecureConnectionError
                            or HttpRequestError.ProxyTunnelError;
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                failure = VaultErrors.Unreachable(_addresses[index], request, "broke off its response");
            }
            catch (OperationCanceledException) when (!deadline.Token.IsCancellationRequested)
            {
                // The connection was not there in time, so nothing was sent.
                failure = VaultErrors.Unreachable(
                    _addresses[index],
                    request,
                    "does not accept a connection in time; check VAULT_ADDR, the network and firewalls"
                );
                mayMoveOn = true;
            }
            catch (OperationCanceledException)
            {
                // The one that hangs is not the first to be asked next time.
                Volatile.Write(ref _preferred, (index + 1) % _addresses.Length);
                ct.ThrowIfCancellationRequested();
                throw VaultErrors.TimedOut(_addresses[index], request);
            }
            catch (InvalidResponseException e)
            {
                failure = VaultErrors.Unreachable(_addresses[index], request, e.Message);
            }
            Volatile.Write(ref _preferred, (index + 1) % _addresses.Length);
            if (!mayMoveOn)
                break;
        }
        throw failure!;
    }

    public void Dispose()
    {
        _http.Dispose();
        _deadlines.Dispose();
    }

    private SecretUnavailableException? FaultOf(VaultReply reply, Uri address, VaultRequest request)
    {
        if (reply.Status == (int)HttpStatusCode.TooManyRequests)
            return VaultErrors.Throttled(request, _gate.Pause(reply.RetryAfter));
        if (VaultErrors.Of(reply, address, request) is { } fault)
            return fault;
        _gate.Succeeded();
        return null;
    }

    /// <summary>One exchange, with at most one hop: a standby names the active node.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<VaultReply> ExchangeAsync(Uri address, VaultRequest request, string? token, CancellationToken ct)
    {
        var uri = request.UriAt(address);
        var response = await PostAsync(uri, request, token, ct).ConfigureAwait(false);
        if (response.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
        {
            using (response)
                uri = Redirected(uri, response.Headers.Location);
            response = await PostAsync(uri, request, token, ct).ConfigureAwait(false);
        }
        using (response)
        {
            if ((int)response.StatusCode is >= 300 and < 400)
                throw new InvalidResponseException("redirects in an unsupported way");
            var reply = await ReadAsync(response, request.MaxAnswer, ct).ConfigureAwait(false);
            if (request.AsksTime)
                reply.Date = response.Headers.Date;
            return reply;
        }
    }

    private Task<HttpResponseMessage> PostAsync(Uri uri, VaultRequest request, string? token, CancellationToken ct)
    {
        var message = new HttpRequestMessage(request.Method, uri) { Version = HttpVersion.Version11 };
        message.Headers.TryAddWithoutValidation("X-Vault-Request", "true");
        if (token is not null)
            message.Headers.TryAddWithoutValidation("X-Vault-Token", token);
        if (_namespace is not null)
            message.Headers.TryAddWithoutValidation("X-Vault-Namespace", _namespace);
        if (request.Body is { } body)
            message.Content = new ReadOnlyMemoryContent(body.Written) { Headers = { ContentType = s_json } };
        // The invoker gives the answer when its headers are there, so that the body goes into our own buffer only.
        return _http.SendAsync(message, ct);
    }

    private static readonly MediaTypeHeaderValue s_json = new("application/json");

    /// <summary>To an origin that is configured, and never from https to http: the token goes along.</summary>
    private Uri Redirected(Uri from, Uri? location)
    {
        if (location is null || !Uri.TryCreate(from, location, out var to))
            throw new InvalidResponseException("redirects to nowhere");
        if (from.Scheme == Uri.UriSchemeHttps && to.Scheme != Uri.UriSchemeHttps)
            throw new InvalidResponseException("redirects from https to http, which is refused");
        if (
            to.UserInfo.Length > 0
            || !Array.Exists(_addresses, known =>
                Uri.Compare(known, to, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase)
                == 0
            )
        )
            throw new InvalidResponseException("redirects to a host that is not in VAULT_ADDR; add that host if it is Vault's");
        return to;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<VaultReply> ReadAsync(HttpResponseMessage response, int limit, CancellationToken ct)
    {
        if (response.Content.Headers.ContentLength > limit)
            throw TooLarge(limit);
        var body = new ErasedBuffer((int)(response.Content.Headers.ContentLength ?? 4096) + 1);
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                int read;
                while ((read = await stream.ReadAsync(body.GetMemory(1), ct).ConfigureAwait(false)) > 0)
                {
                    body.Advance(read);
                    if (body.Length > limit)
                        throw TooLarge(limit);
                }
            }
            return VaultReply.Read(
                (int)response.StatusCode,
                body,
                IsFromCache(response),
                response.StatusCode == HttpStatusCode.TooManyRequests ? RetryAfter(response) : null
            )
                ?? throw new InvalidResponseException(
                    $"gives a response that is not Vault's ({(int)response.StatusCode}); the address may belong to another "
                        + "service or a proxy"
                );
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private static bool IsFromCache(HttpResponseMessage response) =>
        response.Headers.Age is not null
        || (
            response.Headers.TryGetValues("X-Cache", out var marks)
            && marks.Any(mark => mark.Contains("HIT", StringComparison.OrdinalIgnoreCase))
        );

    private static TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } when response.Headers.Date is { } now => date - now,
            _ => null,
        };

    private static InvalidResponseException TooLarge(int limit) => new($"gives a response of more than {limit} bytes");
}
