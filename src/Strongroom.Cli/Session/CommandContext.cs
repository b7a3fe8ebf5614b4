using Microsoft.Extensions.Logging;
using Strongroom.Cli.Output;
using Strongroom.Deployment;
using Strongroom.Operations;
using Strongroom.Storage;

namespace Strongroom.Cli.Session;

/// <summary>What every command is given: where it runs, where it prints, and the way to the secrets.</summary>
internal sealed class CommandContext(CommandEnvironment surroundings, Terminal terminal)
{
    private OperatorSettings? _settings;
    private ILoggerFactory? _loggers;
    private OperatorContext? _operator;

    internal CommandEnvironment CommandEnvironment => surroundings;

    internal Terminal Terminal => terminal;

    internal TimeProvider Time => surroundings.Time;

    /// <summary>The signal that ended the command; 0 where none did.</summary>
    internal int EndedBy { get; set; }

    /// <summary>Where the library's warnings go: to whoever runs the command.</summary>
    internal ILoggerFactory Loggers => _loggers ??= new WarningLoggers(terminal);

    /// <summary>The same, as the operator's library takes it.</summary>
    internal OperatorContext Operator =>
        _operator ??= new OperatorContext
        {
            Variables = surroundings.Variables,
            FullPath = surroundings.FullPath,
            Time = surroundings.Time,
            Loggers = Loggers,
            Warn = terminal.Warn,
            Note = terminal.Note,
        };

    /// <summary>The settings, as a service reads them.</summary>
    /// <exception cref="SecretConfigurationException">They are missing or wrong; all faults are listed.</exception>
    internal OperatorSettings Settings => _settings ??= OperatorSettings.Read(Operator);

    /// <summary>Opens the audited session for one command. Disposing it ships the audit.</summary>
    /// <exception cref="SecretException">The settings are wrong, or the guardrail refuses.</exception>
    internal ValueTask<OperatorSession> OpenAsync(CancellationToken ct) =>
        OperatorSession.OpenAsync(Settings, new OperatorSessionOptions(), ct);

    /// <summary>The same, for a look at backend and database as a service does: nothing is done to the database before, and
    /// break-glass that was opened for the look is not opened again.</summary>
    internal ValueTask<OperatorSession> OpenToLookAsync(
        SecretDeclaration? declaration,
        BreakGlass? opened,
        CancellationToken ct
    ) =>
        OperatorSession.OpenAsync(
            Settings,
            new OperatorSessionOptions
            {
                OpensDatabaseEarly = false,
                Declaration = declaration,
                BreakGlass = opened,
            },
            ct
        );

    /// <summary>The same, under the login of the role that owns the schema.</summary>
    internal ValueTask<OperatorSession> OpenForUpgradeAsync(CancellationToken ct) =>
        OperatorSession.OpenAsync(
            Settings,
            new OperatorSessionOptions { OpensDatabaseEarly = false, DatabaseLogin = ManagedDatabaseLogin.OwnerName },
            ct
        );
}
