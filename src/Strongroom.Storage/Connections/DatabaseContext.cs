using Microsoft.Extensions.Logging;
using Strongroom.Telemetry;

namespace Strongroom.Storage;

/// <summary>What a <see cref="Database"/> is made from.</summary>
public sealed record DatabaseContext
{
    /// <summary>The validated settings.</summary>
    public required DatabaseOptions Options { get; init; }

    /// <summary>
    /// The decided environment: locally and in tests a service migrates the schema at start, and loopback needs no naming.
    /// </summary>
    public required DeploymentEnvironment Environment { get; init; }

    /// <summary>Gives the password for one new connection to PostgreSQL; SQLite needs none.</summary>
    public Func<CancellationToken, ValueTask<DatabaseLogin>>? Login { get; init; }

    /// <summary>
    /// The declaration, which binds <c>database/password</c> to its hosts; the command has none and goes where its operator says.
    /// </summary>
    public SecretDeclaration? Declaration { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Where to log.</summary>
    public required ILoggerFactory Loggers
    {
        get;
        init => field = ResilientLoggerFactory.Around(value);
    }

    /// <summary>SQLite's write-ahead log stays behind when the process ends, instead of being brought into the file with two
    /// syncs: for a command that ends at once and writes a handful of rows. Whoever opens the file next reads all of it and goes
    /// on with it, so it is kept short.</summary>
    public bool LeavesWriteAheadLog { get; init; }

    /// <summary>The secret that <see cref="Login"/> gives, for messages.</summary>
    public SecretName LoginName { get; init; } = ManagedDatabaseLogin.PasswordName;

    /// <summary>Whether a start brings the schema up to date; elsewhere it only checks.</summary>
    public bool MayMigrate => Environment is DeploymentEnvironment.Local or DeploymentEnvironment.Test;
}
