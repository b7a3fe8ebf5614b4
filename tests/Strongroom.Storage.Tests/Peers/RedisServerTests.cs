using System.Net.Sockets;
using System.Text;
using Strongroom.Peers;

namespace Strongroom.Storage.Tests.Peers;

public class RedisServerTests
{
    [Fact]
    public async Task StartAsync_gives_a_server_that_wants_its_password()
    {
        RedisServer server;
        try
        {
            server = await RedisServer.StartAsync(TestContext.Current.CancellationToken);
        }
        catch (PeerMissingException e) when (PeerMissingException.MayBeSkipped)
        {
            Assert.Skip(e.Message);
            throw;
        }
        await using var _ = server;

        Assert.StartsWith("-NOAUTH", await AskAsync(server, "PING"), StringComparison.Ordinal);
        Assert.StartsWith("+OK", await AskAsync(server, $"AUTH {server.Password}"), StringComparison.Ordinal);
        await server.StopAsync();
        await server.RestartAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("-NOAUTH", await AskAsync(server, "PING"), StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(RedisServer server, string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), TestContext.Current.CancellationToken);
        var answer = new byte[256];
        return Encoding.ASCII.GetString(
            answer,
            0,
            await client.GetStream().ReadAsync(answer, TestContext.Current.CancellationToken)
        );
    }
}
