using System.Security.Cryptography;

namespace Strongroom.Peers;

/// <summary>A Redis of the test's own, with a password and without persistence.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private const string Binary = "/usr/bin/redis-server";

    private static readonly ServerAccount s_account = new("redis");

    private readonly string _folder;
    private ServerProcess? _process;

    private RedisServer(string folder) => _folder = folder;

    /// <summary>Always loopback.</summary>
    public string Host { get; } = "127.0.0.1";

    /// <summary>The port.</summary>
    public int Port { get; } = FreePorts.Take();

    /// <summary>The default user's password, made for this server.</summary>
    public string Password { get; } = RandomNumberGenerator.GetHexString(32);

    /// <summary>Starts one.</summary>
    /// <exception cref="PeerMissingException">It is not installed.</exception>
    public static async Task<RedisServer> StartAsync(CancellationToken ct = default)
    {
        if (!File.Exists(Binary))
            throw new PeerMissingException("Redis");
        var server = new RedisServer(await s_account.MakeFolderAsync("strongroom-redis-", ct));
        try
        {
            await server.RestartAsync(ct);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it again after <see cref="StopAsync"/>, on the same port and with nothing in it.</summary>
    public async Task RestartAsync(CancellationToken ct = default)
    {
        // By standard input, so that the password is in no file and on no command line.
        var settings = $"""
            bind 127.0.0.1
            port {Port}
            requirepass {Password}
            dir {_folder}
            save ""
            appendonly no
            """;
        _process = await ServerProcess.StartAsync(
            s_account.Command(Binary, "-"),
            settings + "\n",
            "Ready to accept connections",
            ct
        );
    }

    /// <summary>Stops it.</summary>
    public async Task StopAsync()
    {
        if (_process is not { } process)
            return;
        _process = null;
        await process.DisposeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
