using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.AspNetCore.Tests.Support;

namespace Strongroom.AspNetCore.Tests.Credentials;

/// <summary>Where a connection with a credential leads, whatever name, proxy or server comes between.</summary>
public sealed class BoundSocketsTests
{
    [Fact]
    public async Task Send_does_not_follow_a_proxy_of_the_environment()
    {
        using var handler = BoundSockets.Create();

        Assert.False(handler.UseProxy);
        Assert.False(handler.AllowAutoRedirect);
        Assert.False(handler.UseCookies);
        await Task.CompletedTask;
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("fe80::1")]
    [InlineData("::ffff:169.254.169.254")]
    public async Task Connect_name_that_leads_to_a_link_local_address_is_refused(string leadsTo)
    {
        using var http = new HttpClient(BoundSockets.Create((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(leadsTo)])));

        var error = await Assert.ThrowsAnyAsync<Exception>(() =>
            http.GetAsync("https://paper-api.alpaca.markets/", TestContext.Current.CancellationToken)
        );

        Assert.Contains(Causes(error), cause => cause is SecretRefusedException { Code: SecretErrorCode.HostNotBound });
    }

    [Fact]
    public async Task Connect_localhost_that_leads_off_the_machine_is_refused()
    {
        using var http = new HttpClient(
            BoundSockets.Create((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("192.0.2.1")]))
        );

        var error = await Assert.ThrowsAnyAsync<Exception>(() =>
            http.GetAsync("http://localhost:81/", TestContext.Current.CancellationToken)
        );

        Assert.Contains(Causes(error), cause => cause is SecretRefusedException { Code: SecretErrorCode.HostNotBound });
    }

    [Fact]
    public async Task Connect_impostor_without_the_hosts_certificate_receives_nothing()
    {
        using var impostor = new TcpListener(IPAddress.Loopback, 0);
        impostor.Start();
        var port = ((IPEndPoint)impostor.LocalEndpoint).Port;
        var received = ReadOnceAsync(impostor);
        var declaration = SecretDeclaration.Parse(
            $$"""{ "service": "x", "secrets": [ { "name": "a/key", "sendTo": ["https://broker.example:{{port}}"] } ] }"""
        );
        var secrets = new FixedSecretManager(declaration);
        using var http = new HttpClient(
            new BoundCredentialHandler(
                secrets,
                secrets,
                new CredentialBinding(declaration, [SecretName.Parse("a/key")], DeploymentEnvironment.Production),
                new BoundCredentialOptions
                {
                    Secrets = [SecretName.Parse("a/key")],
                    Headers = set => [new("X-Key", set[0].Value.Reveal())],
                },
                NullLogger<BoundCredentialHandler>.Instance
            )
            {
                InnerHandler = BoundSockets.Create((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback])),
            }
        );

        await Assert.ThrowsAsync<HttpRequestException>(() =>
            http.GetAsync($"https://broker.example:{port}/", TestContext.Current.CancellationToken)
        );

        var bytes = await received;
        Assert.NotEmpty(bytes);
        Assert.DoesNotContain(secrets.Reveal("a/key"), Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
    }

    private static async Task<byte[]> ReadOnceAsync(TcpListener listener)
    {
        using var socket = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        var buffer = new byte[4096];
        var length = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        await socket.SendAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        return buffer[..length];
    }

    private static IEnumerable<Exception> Causes(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
            yield return error;
    }
}
