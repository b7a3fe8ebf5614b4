using Microsoft.Extensions.Configuration;
using Strongroom.Unix;

namespace Strongroom.Storage;

/// <summary>
/// The database settings. They are read from environment variables or appsettings under the names in brackets and validated
/// before connecting; all faults are reported together. SQLite is used unless <see cref="Host"/> is set. The password is not a
/// setting: it is read from <see cref="ISecretManager"/> as <c>database/password</c>.
/// </summary>
public sealed class DatabaseOptions
{
    /// <summary>
    /// [DATABASE_PATH] The SQLite file, created with mode 0600, in a folder created with 0700 if missing. Ignored if <see
    /// cref="Host"/> is set. Default: <c>$XDG_STATE_HOME/strongroom/strongroom.db</c>.
    /// </summary>
    public string Path { get; set; } = "";

    /// <summary>
    /// [DATABASE_HOST] One PostgreSQL host. Default: SQLite. A host other than loopback requires verified TLS;
    /// <c>PGSSLROOTCERT</c> names a private CA.
    /// </summary>
    public string? Host { get; set; }

    /// <summary>[DATABASE_PORT] The PostgreSQL port. Default 5432.</summary>
    public int Port { get; set; } = DefaultPort;

    /// <summary>[DATABASE_NAME] The PostgreSQL database. Required with <see cref="Host"/>.</summary>
    public string? Name { get; set; }

    /// <summary>[DATABASE_USER] The PostgreSQL role. Required with <see cref="Host"/>.</summary>
    public string? User { get; set; }

    internal const int DefaultPort = 5432;

    /// <summary>PostgreSQL if <see cref="Host"/> is set, otherwise SQLite.</summary>
    public DatabaseDialect Dialect => Host is null ? DatabaseDialect.Sqlite : DatabaseDialect.PostgreSql;

    /// <summary>Reads and validates the settings.</summary>
    /// <exception cref="SecretConfigurationException">Settings are missing or invalid; all faults are listed.</exception>
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
    /// <exception cref="SecretConfigurationException">Settings are missing or invalid; all faults are listed.</exception>
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
            faults.Add("DATABASE_NAME is missing. Set it to the PostgreSQL database on DATABASE_HOST.");
        if (string.IsNullOrEmpty(User))
            faults.Add("DATABASE_USER is missing. Set it to the PostgreSQL role for DATABASE_HOST.");
    }

    private const string PortFault = "DATABASE_PORT is not a port. Give a number from 1 to 65535, or remove it for 5432.";

    private static string? Text(IConfiguration configuration, string key) =>
        configuration[key] is { Length: > 0 } text ? text : null;
}
