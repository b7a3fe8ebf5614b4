using Microsoft.Extensions.Logging;
using Strongroom.Cli.Output;
using Strongroom.Deployment;
using Strongroom.Storage;

namespace Strongroom.Cli.Session;

/// <summary>What every command is given: where it runs, where it prints, and the way to the secrets.</summary>
internal sealed class CommandContext(CommandEnvironment surroundings, Terminal terminal)
{
    private CommandSettings? _settings;
    private ILoggerFactory? _loggers;

    internal CommandEnvironment CommandEnvironment => surroundings;

    internal Terminal Terminal => terminal;

    internal TimeProvider Time => surroundings.Time;

    /// <summary>The signal that ended the command; 0 where none did.</summary>
    internal int EndedBy { get; set; }

    /// <summary>Where the library's warnings go: to whoever runs the command.</summary>
    internal ILoggerFactory Loggers => _loggers ??= new WarningLoggers(terminal);

    /// <summary>The settings, as a service reads them.</summary>
    /// <exception cref="SecretConfigurationException">They are missing or wrong; all faults are listed.</exception>
    internal CommandSettings Settings => _settings ??= CommandSettings.Read(surroundings, Loggers);

    /// <summary>Opens the audited manager for one command. Disposing the session ships the audit.</summary>
    /// <exception cref="SecretException">The settings are wrong, or the guardrail refuses.</exception>
    internal ValueTask<OperatorSession> OpenAsync(CancellationToken ct) =>
        OperatorSession.OpenAsync(this, opensAhead: true, ManagedDatabaseLogin.PasswordName, ct);

    /// <summary>The same, for what looks at backend and database as a service does: nothing is done to the database before, and a
    /// glass that was broken for the look is not broken again.</summary>
    internal ValueTask<OperatorSession> OpenToLookAsync(
        SecretDeclaration? declaration,
        BreakGlass? opened,
        CancellationToken ct
    ) => OperatorSession.OpenAsync(this, opensAhead: false, ManagedDatabaseLogin.PasswordName, ct, declaration, opened);

    /// <summary>The same, under the login of the role that owns the schema.</summary>
    internal ValueTask<OperatorSession> OpenForUpgradeAsync(CancellationToken ct) =>
        OperatorSession.OpenAsync(this, opensAhead: false, ManagedDatabaseLogin.OwnerName, ct);
}
