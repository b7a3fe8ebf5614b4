using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Strongroom.Aws;
using Strongroom.Backends;
using Strongroom.Deployment;
using Strongroom.Env;
using Strongroom.Hosting;
using Strongroom.Operators;
using Strongroom.Storage;
using Strongroom.Vault;

namespace Strongroom.Cli.Session;

/// <summary>
/// The settings of a command: those of a service (docs/options.md), out of the process's variables and nothing else.
/// </summary>
internal sealed class CommandSettings
{
    private static readonly string[] s_backends = [EnvBackend.BackendName, VaultBackend.BackendName, AwsBackend.BackendName];

    private readonly CommandEnvironment _surroundings;
    private readonly ILoggerFactory _loggers;

    private CommandSettings(CommandEnvironment surroundings, ILoggerFactory loggers, IConfiguration configuration)
    {
        _loggers = loggers;
        _surroundings = surroundings;
        Configuration = configuration;
        (Options, Decision, BackendName) = StrongroomFactory.Decide(configuration, hostEnvironmentName: null, s_backends);
        Locate(Options);
    }

    internal IConfiguration Configuration { get; }

    internal StrongroomOptions Options { get; }

    internal DeploymentDecision Decision { get; }

    /// <summary>The backend that is picked.</summary>
    internal string BackendName { get; }

    /// <exception cref="SecretConfigurationException">They are missing or wrong; all faults are listed.</exception>
    internal static CommandSettings Read(CommandEnvironment surroundings, ILoggerFactory loggers) =>
        new(surroundings, loggers, new VariableConfiguration(surroundings.Variables));

    /// <summary>Where the database is; the command's default lies in the state folder.</summary>
    internal DatabaseOptions Database()
    {
        var options = DatabaseOptions.Read(Configuration);
        options.Path = Configuration["DATABASE_PATH"] is { Length: > 0 } path
            ? _surroundings.FullPath(path)
            : Path.Combine(_surroundings.StateFolder, "strongroom.db");
        return options;
    }

    /// <summary>The declaration that SECRET_DECLARATION names; null where it names none: the command reads any name.</summary>
    internal SecretDeclaration? Declaration() => Options.DeclarationPath is { } path ? SecretDeclaration.Load(path) : null;

    /// <summary>What a service with these settings and this declaration would start by.</summary>
    internal StartContext FactsOf(SecretDeclaration? declaration) =>
        new()
        {
            Configuration = Configuration,
            Backends = s_backends,
            Configure = Locate,
            CreateBackend = CreateBackend,
            Time = _surroundings.Time,
            Declaration = declaration,
        };

    /// <summary>Makes the backend, once the guardrail allows it.</summary>
    /// <param name="breakGlass">Null where the glass is whole.</param>
    /// <param name="declaration">Null: the one that SECRET_DECLARATION names. Only env needs one, to know which names there are
    /// and what belongs together.</param>
    /// <exception cref="SecretException">Its settings are wrong, or the guardrail refuses.</exception>
    internal ISecretBackend CreateBackend(BreakGlass? breakGlass, SecretDeclaration? declaration = null)
    {
        BackendChoice.EnsureAllowed(BackendName, Decision, breakGlass);
        return CreateBackend(
            BackendName,
            new BackendContext
            {
                Options = Options,
                Configuration = Configuration,
                Environment = Decision.Environment,
                Declaration = BackendName == EnvBackend.BackendName ? declaration ?? Declaration() : null,
                Time = _surroundings.Time,
                Loggers = _loggers,
            }
        );
    }

    /// <summary>The one file that the break-glass of a service opens too; null where it is not needed or not there.</summary>
    internal BreakGlass? OpenBreakGlass() =>
        StrongroomFactory.OpenGlass(BackendName, Options, Decision, OperatorManagerBuilder.Service, _surroundings.Time);

    private ISecretBackend CreateBackend(string name, BackendContext context)
    {
        // Nothing of the AWS SDK runs, or is read from the file, where another one is picked.
        return name switch
        {
            VaultBackend.BackendName => VaultBackend.Create(context, configure: null),
            AwsBackend.BackendName => AwsBackend.Create(context, configure: null),
            _ => new EnvBackend(
                EnvBackendSettings.From(context) with
                {
                    ProcessVariable = variable => _surroundings.Variables.GetValueOrDefault(variable),
                    StateFolder = StateFolder.Find(_surroundings.Variable),
                }
            ),
        };
    }

    /// <summary>Paths go by the folder that the command runs in, defaults by its variables.</summary>
    private void Locate(StrongroomOptions options)
    {
        options.JournalDirectory = Absolute(options.JournalDirectory) ?? Path.Combine(_surroundings.StateFolder, "journal");
        options.DotenvPath = Absolute(options.DotenvPath) ?? _surroundings.FullPath(".env");
        options.DeclarationPath = Absolute(options.DeclarationPath);
    }

    private string? Absolute(string? path) => path is null ? null : _surroundings.FullPath(path);
}
