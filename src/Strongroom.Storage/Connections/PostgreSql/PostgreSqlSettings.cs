using System.Net;
using Npgsql;

namespace Strongroom.Storage.PostgreSql;

/// <summary>The connection settings for PostgreSQL. The connection string contains no password, so it can be logged.</summary>
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
            // Also on loopback: a process that took the port can neither obtain the password in clear text or as MD5, nor pose as
            // the server without knowing it.
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
