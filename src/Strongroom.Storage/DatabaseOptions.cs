using Microsoft.Extensions.Configuration;
using Strongroom.Unix;

namespace Strongroom.Storage;

/// <summary>
/// Where the database is, read from environment variables or appsettings under the names in brackets and validated before
/// anything connects; every fault is reported at once. SQLite, unless <see cref="Host"/> is set. The password is no setting: it
/// comes from <see cref="ISecretManager"/> as <c>database/password</c>.
/// </summary>
public sealed class DatabaseOptions
{
    /// <summary>[DATABASE_PATH] The SQLite file; it is made with mode 0600, a missing folder with 0700. Not looked at where
    /// <see cref="Host"/> is set. Default: <c>$XDG_STATE_HOME/strongroom/strongroom.db</c>.</summary>
    public string Path { get; set; } = "";

    /// <summary>[DATABASE_HOST] One PostgreSQL host. Unset: SQLite. Off loopback the connection needs verified TLS; a private CA
    /// is named by <c>PGSSLROOTCERT</c>.</summary>
    public string? Host { get; set; }

    /// <summary>[DATABASE_PORT] PostgreSQL's port. Default 5432.</summary>
    public int Port { get; set; } = DefaultPort;

    /// <summary>[DATABASE_NAME] PostgreSQL's database; needed with <see cref="Host"/>.</summary>
    public string? Name { get; set; }

    /// <summary>[DATABASE_USER] PostgreSQL's role; needed with <see cref="Host"/>.</summary>
    public string? User { get; set; }

    internal const int DefaultPort = 5432;

    /// <summary>PostgreSQL where <see cref="Host"/> is set, else SQLite.</summary>
    public DatabaseDialect Dialect => Host is null ? DatabaseDialect.Sqlite : DatabaseDialect.PostgreSql;

    /// <summary>Reads and validates the settings.</summary>
    /// <exception cref="SecretConfigurationException">Settings are missing or wrong; all faults are listed.</exception>
    public static DatabaseOptions Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var faults = new List<string>();
        var options = new DatabaseOptions
        {
            Host = Text(configuration, "DATABASE_HOST"),
            Name = Text(configuration, "DATABASE_NAME"),
            User = Text(configuration, "DATABASE_USER"),
        };
        if (Text(configuration, "DATABASE_PATH") is { } path)
            options.Path = path;
        else if (
            StateFolder.Find(variable => Text(configuration, variable) ?? Environment.GetEnvironmentVariable(variable)) is
            { } state
        )
            options.Path = System.IO.Path.Combine(state, "strongroom.db");
        else if (options.Host is null)
            throw new SecretConfigurationException(SecretErrorCode.SettingInvalid, StateFolder.Missing);
        if (Text(configuration, "DATABASE_PORT") is { } port)
        {
            if (int.TryParse(port, System.Globalization.NumberStyles.None, null, out var number))
                options.Port = number;
            else
                faults.Add(PortFault);
        }
        options.Check(faults);
        return options;
    }

    /// <summary>Validates the settings.</summary>
    /// <exception cref="SecretConfigurationException">Settings are missing or wrong; all faults are listed.</exception>
    public void Validate() => Check([]);

    private void Check(List<string> faults)
    {
        if (Host is null)
            CheckFile(faults);
        else
            CheckServer(faults);
        if (faults.Count > 0)
            throw new SecretConfigurationException(SecretErrorCode.SettingInvalid, [.. faults.Distinct()]);
    }

    private void CheckFile(List<string> faults)
    {
        if (Path.Length == 0 || Path.Contains('\0', StringComparison.Ordinal) || Path.StartsWith(':'))
            faults.Add("DATABASE_PATH is not a file's path. Give the SQLite file, such as /var/lib/strongroom/strongroom.db.");
        if (Name is not null || User is not null)
            faults.Add(
                "DATABASE_NAME or DATABASE_USER is set and DATABASE_HOST is not. Set DATABASE_HOST for PostgreSQL, or remove "
                    + "them for SQLite."
            );
    }

    private void CheckServer(List<string> faults)
    {
        if (Uri.CheckHostName(Host) == UriHostNameType.Unknown)
            faults.Add("DATABASE_HOST is not a host's name or address. Give one host, without scheme, port or path.");
        if (Port is < 1 or > 65535)
            faults.Add(PortFault);
        if (string.IsNullOrEmpty(Name))
            faults.Add("DATABASE_NAME is missing. With DATABASE_HOST, name PostgreSQL's database.");
        if (string.IsNullOrEmpty(User))
            faults.Add("DATABASE_USER is missing. With DATABASE_HOST, name PostgreSQL's role.");
    }

    private const string PortFault = "DATABASE_PORT is not a port. Allowed are 1 to 65535; leave it out for 5432.";

    private static string? Text(IConfiguration configuration, string key) =>
        configuration[key] is { Length: > 0 } text ? text : null;
}
