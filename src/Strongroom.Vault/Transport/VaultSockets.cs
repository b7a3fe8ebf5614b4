using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Strongroom.Backends.Wire;
using Strongroom.Unix;

namespace Strongroom.Vault.Transport;

/// <summary>
/// The pool of connections: no redirects (the token would travel along), no proxy but for tunnels, no cookies, TLS 1.2 or newer,
/// and a look at the address behind a name before anything is sent.
/// </summary>
internal sealed class VaultSockets
{
    private const int LongestPem = 4 * 1024 * 1024;

    private static readonly TimeSpan s_connectTime = TimeSpan.FromSeconds(2);

    private readonly VaultOptions _options;
    private readonly X509ChainPolicy? _authorities;

    private VaultSockets(VaultOptions options)
    {
        _options = options;
        _authorities = options switch
        {
            { CaCertificate: { } file } => Authorities([file], "VAULT_CACERT"),
            { CaPath: { } folder } => Authorities(Directory.EnumerateFiles(folder), "VAULT_CAPATH"),
            _ => null,
        };
    }

    /// <exception cref="SecretConfigurationException">A certificate cannot be read.</exception>
    internal static HttpMessageInvoker Create(VaultOptions options)
    {
        var sockets = new VaultSockets(options);
        using (sockets.ClientCertificate())
        {
            // An unreadable certificate is reported at the start, not at the first connection.
        }
        return new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
                // Trace headers are for services that log them; Vault's audit has the request id.
                ActivityHeadersPropagator = null,
                // New connections see a changed DNS entry and a renewed client certificate.
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                ConnectTimeout = s_connectTime,
                ConnectCallback = sockets.ConnectAsync,
                MaxResponseHeadersLength = 64,
            }
        );
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var address = context.InitialRequestMessage.RequestUri!;
        var isTls = address.Scheme == Uri.UriSchemeHttps;
        var stream = VaultProxy.For(address, _options) is { } proxy
            ? await ProxyTunnel.OpenAsync(proxy, address, ct).ConfigureAwait(false)
            : await DirectAsync(context.DnsEndPoint, isTls, ct).ConfigureAwait(false);
        try
        {
            return isTls ? await SecureAsync(stream, context.DnsEndPoint.Host, ct).ConfigureAwait(false) : stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async ValueTask<Stream> DirectAsync(DnsEndPoint target, bool isTls, CancellationToken ct)
    {
        var found = IPAddress.TryParse(target.Host.Trim('[', ']'), out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(target.Host, ct).ConfigureAwait(false);
        var allowed = Array.FindAll(found, ip => !PeerAddress.IsLinkLocal(ip) && (isTls || PeerAddress.IsLoopback(ip)));
        if (allowed.Length == 0)
            throw new HttpRequestException(
                HttpRequestError.NameResolutionError,
                "The name resolves to no address that a token may be sent to."
            );

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, ct).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Done here because the handler would always ask for the certificate of the host in the URL.</summary>
    private async ValueTask<Stream> SecureAsync(Stream stream, string host, CancellationToken ct)
    {
        var tls = new SslStream(stream);
        try
        {
            await tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions
                    {
                        TargetHost = _options.TlsServerName ?? host.Trim('[', ']'),
                        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                        ApplicationProtocols = [SslApplicationProtocol.Http11],
                        CertificateChainPolicy = _authorities,
                        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                        ClientCertificates = ClientCertificate() is { } certificate ? [certificate] : null,
                        RemoteCertificateValidationCallback = (_, _, _, errors) =>
                            errors == SslPolicyErrors.None || _options.SkipVerify,
                    },
                    ct
                )
                .ConfigureAwait(false);
            return tls;
        }
        catch (Exception e) when (e is AuthenticationException or CryptographicException)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw new HttpRequestException(HttpRequestError.SecureConnectionError, "The TLS handshake failed.");
        }
    }

    private static X509ChainPolicy Authorities(IEnumerable<string> files, string setting)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        try
        {
            foreach (var file in files)
                policy.CustomTrustStore.ImportFromPem(
                    Encoding.UTF8.GetString(BoundedFile.Read(file, LongestPem) ?? throw new FileNotFoundException())
                );
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw Unreadable(setting);
        }
        return policy.CustomTrustStore.Count > 0 ? policy : throw Unreadable(setting);
    }

    private X509Certificate2? ClientCertificate()
    {
        if (_options.ClientCertificate is not { } path)
            return null;
        byte[]? key = null;
        char[] text = [];
        try
        {
            var certificate = Encoding.UTF8.GetString(BoundedFile.Read(path, LongestPem) ?? throw new FileNotFoundException());
            key = BoundedFile.Read(_options.ClientKey ?? path, LongestPem, FileTrust.Credential)
                ?? throw new FileNotFoundException();
            text = GC.AllocateArray<char>(key.Length, pinned: true);
            return X509Certificate2.CreateFromPem(certificate, text.AsSpan(0, Encoding.UTF8.GetChars(key, text)));
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unreadable("VAULT_CLIENT_CERT and VAULT_CLIENT_KEY");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            Array.Clear(text);
        }
    }

    private static SecretConfigurationException Unreadable(string setting) =>
        new(
            SecretErrorCode.SettingInvalid,
            $"{setting} cannot be used: PEM files are required that this user can read and whose key matches the certificate.",
            backend: VaultDefaults.BackendName
        );
}
