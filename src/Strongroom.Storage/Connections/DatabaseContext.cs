using Microsoft.Extensions.Logging;
using Strongroom.Telemetry;

namespace Strongroom.Storage;

/// <summary>What a <see cref="Database"/> is created from.</summary>
public sealed record DatabaseContext
{
    /// <summary>The validated settings.</summary>
    public required DatabaseOptions Options { get; init; }

    /// <summary>
    /// The environment that the process runs in. In local and test, a service migrates the schema when it starts, and loopback
    /// hosts need not be declared.
    /// </summary>
    public required DeploymentEnvironment Environment { get; init; }

    /// <summary>Supplies the password for a new connection to PostgreSQL. Not used for SQLite.</summary>
    public Func<CancellationToken, ValueTask<DatabaseLogin>>? Login { get; init; }

    /// <summary>
    /// The declaration, which binds <c>database/password</c> to hosts. Null for an operator's program, whose operator chooses
    /// the host.
    /// </summary>
    public SecretDeclaration? Declaration { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The logger factory.</summary>
    public required ILoggerFactory Loggers
    {
        get;
        init => field = ResilientLoggerFactory.Wrap(value);
    }

    /// <summary>
    /// Keeps SQLite's write-ahead log when the process ends, instead of checkpointing it with two syncs: for a short command
    /// that writes a handful of rows. The next process that opens the file reads the log and continues it, so it is kept short.
    /// </summary>
    public bool KeepsWriteAheadLog { get; init; }

    /// <summary>The name of the secret that <see cref="Login"/> supplies, for messages.</summary>
    public SecretName LoginName { get; init; } = ManagedDatabaseLogin.PasswordName;

    /// <summary>Whether a service migrates the schema when it starts. Otherwise it only checks it.</summary>
    public bool MayMigrate => Environment is DeploymentEnvironment.Local or DeploymentEnvironment.Test;
}
