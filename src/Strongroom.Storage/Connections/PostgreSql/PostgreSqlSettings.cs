using System.Net;
using Npgsql;

namespace Strongroom.Storage.PostgreSql;

/// <summary>How we talk to PostgreSQL. The connection string holds no password, so logging it tells none.</summary>
internal static class PostgreSqlSettings
{
    internal static NpgsqlConnectionStringBuilder From(DatabaseOptions options) =>
        new()
        {
            Host = options.Host,
            Port = options.Port,
            Database = options.Name,
            Username = options.User,
            ApplicationName = "strongroom",
            Timezone = "UTC",
            // Always, loopback too: whoever took the port cannot talk the password out of us in clear or as MD5, nor pass by
            // knowing none.
            RequireAuth = "ScramSHA256",
            SslMode = IsLoopback(options.Host!) ? SslMode.Disable : SslMode.VerifyFull,
            GssEncryptionMode = GssEncryptionMode.Disable,
            Timeout = 5,
            CommandTimeout = 30,
            TcpKeepAlive = true,
            // Five services and a command share one server, whose default is 100.
            MaxPoolSize = 10,
        };

    internal static string Describe(DatabaseOptions options) =>
        $"PostgreSQL at {options.Host}:{options.Port}, database '{options.Name}', user '{options.User}'";

    internal static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
