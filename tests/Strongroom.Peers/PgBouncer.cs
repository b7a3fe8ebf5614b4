namespace Strongroom.Peers;

/// <summary>
/// A PgBouncer of the test's own before a <see cref="PostgresServer"/>, which has the same login on both sides.
/// </summary>
public sealed class PgBouncer : IAsyncDisposable
{
    private const string Binary = "/usr/sbin/pgbouncer";

    private static readonly ServerAccount s_account = new("postgres");

    private readonly string _folder;
    private ServerProcess? _process;

    private PgBouncer(string folder) => _folder = folder;

    /// <summary>The port on loopback.</summary>
    public int Port { get; } = FreePorts.Take();

    /// <summary>Starts one.</summary>
    /// <param name="server">The server behind it.</param>
    /// <param name="mode"><c>session</c>, <c>transaction</c> or <c>statement</c>.</param>
    /// <param name="poolSize">How many sessions it opens at the server.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="PeerMissingException">It is not installed.</exception>
    public static async Task<PgBouncer> StartAsync(
        PostgresServer server,
        string mode,
        int poolSize,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(server);
        if (!File.Exists(Binary))
            throw new PeerMissingException("PgBouncer");
        var pooler = new PgBouncer(await s_account.MakeFolderAsync("strongroom-pgbouncer-", ct));
        try
        {
            await pooler.WriteAsync("users", $"\"{server.User}\" \"{server.Password}\"\n", ct);
            var settings = await pooler.WriteAsync(
                "pgbouncer.ini",
                $"""
                [databases]
                * = host={server.Host} port={server.Port}
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = {pooler.Port}
                unix_socket_dir =
                auth_type = scram-sha-256
                auth_file = {Path.Combine(pooler._folder, "users")}
                pool_mode = {mode}
                default_pool_size = {poolSize}
                """,
                ct
            );
            pooler._process = await ServerProcess.StartAsync(s_account.Command(Binary, settings), input: null, "process up", ct);
            return pooler;
        }
        catch
        {
            await pooler.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
            await process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<string> WriteAsync(string name, string text, CancellationToken ct)
    {
        var path = Path.Combine(_folder, name);
        var how = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        await using (var file = new StreamWriter(path, how))
            await file.WriteAsync(text.AsMemory(), ct);
        await s_account.GiveAsync(path, ct);
        return path;
    }
}
