using System.Security.Cryptography;

namespace Strongroom.Peers;

/// <summary>
/// A PostgreSQL of the test's own, with SCRAM for every role, that outlives its own crashes but not the machine's (fsync off).
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly ServerAccount s_account = new("postgres");

    private readonly string _binaries;
    private readonly string _folder;
    private ServerProcess? _process;

    private PostgresServer(string binaries, string folder)
    {
        _binaries = binaries;
        _folder = folder;
    }

    /// <summary>Always loopback.</summary>
    public string Host { get; } = "127.0.0.1";

    /// <summary>The port.</summary>
    public int Port { get; } = FreePorts.Take();

    /// <summary>The superuser.</summary>
    public string User { get; } = "strongroom_owner";

    /// <summary>The superuser's password, made for this server.</summary>
    public string Password { get; private init; } = RandomNumberGenerator.GetHexString(32);

    /// <summary>The newest installed binaries' folder, or null.</summary>
    public static string? FindBinaries() =>
        !Directory.Exists("/usr/lib/postgresql")
            ? null
            : Directory
                .EnumerateDirectories("/usr/lib/postgresql")
                .Select(folder => Path.Combine(folder, "bin"))
                .Where(folder => File.Exists(Path.Combine(folder, "initdb")))
                .MaxBy(folder => int.TryParse(Path.GetFileName(Path.GetDirectoryName(folder)), out var version) ? version : 0);

    /// <summary>Makes a data folder and starts a server on it.</summary>
    /// <exception cref="PeerMissingException">It is not installed.</exception>
    public static async Task<PostgresServer> StartAsync(CancellationToken ct = default)
    {
        var binaries = FindBinaries() ?? throw new PeerMissingException("PostgreSQL");
        var server = new PostgresServer(binaries, await s_account.MakeFolderAsync("strongroom-pg-", ct));
        try
        {
            await server.InitializeAsync(ct);
            await server.RestartAsync(ct);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a read-only copy of this server, as it is now and from then on.</summary>
    public async Task<PostgresServer> StartStandbyAsync(CancellationToken ct = default)
    {
        var standby = new PostgresServer(_binaries, await s_account.MakeFolderAsync("strongroom-pg-", ct))
        {
            Password = Password,
        };
        try
        {
            var copy = s_account.Command(
                Path.Combine(_binaries, "pg_basebackup"),
                [
                    "-D",
                    standby.Data,
                    "-h",
                    Host,
                    "-p",
                    Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    "-U",
                    User,
                    "-R",
                    "-X",
                    "stream",
                    "-c",
                    "fast",
                    "--no-sync",
                    "-w",
                ]
            );
            copy.Environment["PGPASSWORD"] = Password;
            await ServerAccount.RunAsync(copy, ct);
            await standby.RestartAsync("database system is ready to accept read-only connections", ct);
            return standby;
        }
        catch
        {
            await standby.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it again after <see cref="CrashAsync"/>, on the same port and data.</summary>
    public Task RestartAsync(CancellationToken ct = default) =>
        RestartAsync("database system is ready to accept connections", ct);

    private async Task RestartAsync(string readyLine, CancellationToken ct)
    {
        string[] settings =
        [
            "listen_addresses=127.0.0.1",
            $"port={Port}",
            $"unix_socket_directories={_folder}",
            "fsync=off",
            "full_page_writes=off",
            "max_connections=200",
            "logging_collector=off",
            "log_min_messages=warning",
        ];
        _process = await ServerProcess.StartAsync(
            s_account.Command(
                Path.Combine(_binaries, "postgres"),
                ["-D", Data, .. settings.SelectMany(setting => new[] { "-c", setting })]
            ),
            input: null,
            readyLine,
            ct
        );
    }

    /// <summary>Ends it at once, without a word to its clients and without a checkpoint: the next start has to recover.</summary>
    public Task CrashAsync() => EndAsync(ServerProcess.Quit);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync(ServerProcess.Interrupt);
        Directory.Delete(_folder, recursive: true);
    }

    private string Data => Path.Combine(_folder, "data");

    private async Task EndAsync(int signal)
    {
        if (_process is not { } process)
            return;
        _process = null;
        await process.EndAsync(signal);
        await process.DisposeAsync();
    }

    private async Task InitializeAsync(CancellationToken ct)
    {
        var passwordFile = Path.Combine(_folder, "password");
        var how = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        await using (var file = new StreamWriter(passwordFile, how))
            await file.WriteAsync(Password.AsMemory(), ct);
        try
        {
            await s_account.GiveAsync(passwordFile, ct);
            await ServerAccount.RunAsync(
                s_account.Command(
                    Path.Combine(_binaries, "initdb"),
                    [
                        "-D",
                        Data,
                        "-U",
                        User,
                        $"--pwfile={passwordFile}",
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--no-sync",
                    ]
                ),
                ct
            );
        }
        finally
        {
            File.Delete(passwordFile);
        }
    }
}
