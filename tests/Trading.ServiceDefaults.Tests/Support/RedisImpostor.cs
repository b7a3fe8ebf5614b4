using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Trading.ServiceDefaults.Tests.Support;

/// <summary>Listens where Redis should be, with an untrusted certificate, and keeps all that it is told.</summary>
internal sealed class RedisImpostor : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;
    private readonly TaskCompletionSource _visited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MemoryStream _told = new();

    internal RedisImpostor()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        _certificate = request.CreateSelfSigned(
            TimeProvider.System.GetUtcNow().AddDays(-1),
            TimeProvider.System.GetUtcNow().AddDays(1)
        );
        _listener.Start();
        _ = ServeAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Done when a client came and left.</summary>
    internal Task Visited => _visited.Task;

    internal byte[] Told => _told.ToArray();

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _certificate.Dispose();
        await _told.DisposeAsync();
    }

    private async Task ServeAsync()
    {
        using var client = await _listener.AcceptTcpClientAsync();
        try
        {
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(_certificate);
            await tls.CopyToAsync(_told);
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // The visitor turned away, as it should.
        }
        _visited.TrySetResult();
    }
}
