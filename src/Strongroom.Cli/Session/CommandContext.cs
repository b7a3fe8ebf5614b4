using Microsoft.Extensions.Logging;
using Strongroom.Cli.Output;
using Strongroom.Deployment;
using Strongroom.Operations;
using Strongroom.Storage;

namespace Strongroom.Cli.Session;

/// <summary>What every command receives: its environment, its terminal, and access to secrets.</summary>
internal sealed class CommandContext(CommandEnvironment environment, Terminal terminal)
{
    private OperatorSettings? _settings;
    private ILoggerFactory? _loggers;
    private OperatorContext? _operator;

    internal CommandEnvironment CommandEnvironment => environment;

    internal Terminal Terminal => terminal;

    internal TimeProvider Time => environment.Time;

    /// <summary>The signal that ended the command; 0 where none did.</summary>
    internal int EndedBy { get; set; }

    /// <summary>Writes the library's warnings to stderr.</summary>
    internal ILoggerFactory Loggers => _loggers ??= new WarningLoggers(terminal);

    /// <summary>The same, in the form that Strongroom.Operations takes.</summary>
    internal OperatorContext Operator =>
        _operator ??= new OperatorContext
        {
            Variables = environment.Variables,
            FullPath = environment.FullPath,
            Time = environment.Time,
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

    /// <summary>The same, to check backend and database as a service does: the database is not opened beforehand, and
    /// break-glass that was opened for the look is not opened again.</summary>
    internal ValueTask<OperatorSession> OpenForChecksAsync(
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
