using Microsoft.Extensions.Configuration;
using Strongroom.Aws;
using Strongroom.Backends;
using Strongroom.Deployment;
using Strongroom.Env;
using Strongroom.Hosting;
using Strongroom.Operators;
using Strongroom.Storage;
using Strongroom.Vault;
using Microsoft.Extensions.Logging.Abstractions;

namespace Strongroom.Cli.Session;

/// <summary>The settings of a command: those of a service (docs/options.md), out of the process's variables and nothing else.</summary>
internal sealed class CommandSettings
{
    private static readonly string[] s_backends = [EnvBackend.BackendName, VaultBackend.BackendName, AwsBackend.BackendName];

    private readonly Surroundings _surroundings;

    private CommandSettings(Surroundings surroundings, IConfiguration configuration)
    {
        _surroundings = surroundings;
        Configuration = configuration;
        (Options, Decision, BackendName) = StrongroomFactory.Decide(configuration, hostEnvironmentName: null, s_backends);
        Options.JournalDirectory = Absolute(Options.JournalDirectory) ?? Path.Combine(surroundings.StateFolder, "journal");
        Options.DotenvPath = Absolute(Options.DotenvPath) ?? surroundings.FullPath(".env");
        Options.DeclarationPath = Absolute(Options.DeclarationPath);
    }

    internal IConfiguration Configuration { get; }

    internal StrongroomOptions Options { get; }

    internal DeploymentDecision Decision { get; }

    /// <summary>The backend that is picked.</summary>
    internal string BackendName { get; }

    /// <exception cref="SecretConfigurationException">They are missing or wrong; all faults are listed.</exception>
    internal static CommandSettings Read(Surroundings surroundings) => new(surroundings, new VariableConfiguration(surroundings.Variables));

    /// <summary>Where the database is; the command's default lies in the state folder.</summary>
    internal DatabaseOptions Database()
    {
        var options = DatabaseOptions.Read(Configuration);
        options.Path = Configuration["DATABASE_PATH"] is { Length: > 0 } path ? _surroundings.FullPath(path) : Path.Combine(_surroundings.StateFolder, "strongroom.db");
        return options;
    }

    /// <summary>The declaration that SECRET_DECLARATION names; null where it names none: the command reads any name.</summary>
    internal SecretDeclaration? Declaration() => Options.DeclarationPath is { } path ? SecretDeclaration.Load(path) : null;

    /// <summary>Makes the backend, once the guardrail allows it.</summary>
    /// <exception cref="SecretException">Its settings are wrong, or the guardrail refuses.</exception>
    internal ISecretBackend CreateBackend(BreakGlass? breakGlass)
    {
        BackendChoice.EnsureAllowed(BackendName, Decision, breakGlass);
        return CreateBackend(BackendName);
    }

    /// <summary>The one file that the break-glass of a service opens too; null where it is not needed or not there.</summary>
    internal BreakGlass? OpenBreakGlass() => StrongroomFactory.OpenGlass(BackendName, Options, Decision, OperatorManagerBuilder.Service, _surroundings.Time);

    private ISecretBackend CreateBackend(string name)
    {
        var context = new BackendContext
        {
            Options = Options,
            Configuration = Configuration,
            Environment = Decision.Environment,
            // Only env needs one, to know which names there are and what belongs together.
            Declaration = name == EnvBackend.BackendName ? Declaration() : null,
            Time = _surroundings.Time,
            Loggers = NullLoggerFactory.Instance,
        };
        // Nothing of the AWS SDK runs, or is read from the file, where another one is picked.
        return name switch
        {
            VaultBackend.BackendName => VaultBackend.Create(context, configure: null),
            AwsBackend.BackendName => AwsBackend.Create(context, configure: null),
            _ => new EnvBackend(EnvBackendSettings.From(context) with
            {
                ProcessVariable = variable => _surroundings.Variables.GetValueOrDefault(variable),
                StateFolder = _surroundings.StateFolder,
            }),
        };
    }

    private string? Absolute(string? path) => path is null ? null : _surroundings.FullPath(path);
}
