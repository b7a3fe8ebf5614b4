using Microsoft.Extensions.Configuration;
using Strongroom.Backends;
using Strongroom.Deployment;
using Strongroom.Hosting;
using Strongroom.Storage;

namespace Strongroom.Operations;

/// <summary>The settings of an operator's program: those of a service (docs/options.md), read from the process's
/// variables.</summary>
public sealed class OperatorSettings
{
    private readonly BackendCatalog _backends;
    private readonly StartSettings _start;

    private OperatorSettings(OperatorContext context)
    {
        Context = context;
        Configuration = context.Configuration;
        _backends = new BackendCatalog(Configuration);
        _start = StartSettings.Read(Configuration, hostEnvironmentName: null, _backends.Names);
        Locate(Options);
    }

    /// <summary>What the program runs in.</summary>
    public OperatorContext Context { get; }

    /// <summary>The variables as configuration.</summary>
    public IConfiguration Configuration { get; }

    /// <summary>The validated settings; paths are absolute.</summary>
    public StrongroomOptions Options => _start.Options;

    /// <summary>Where the program runs.</summary>
    public DeploymentEnvironment Environment => _start.Environment;

    /// <summary>The environment as <c>DEPLOYMENT_ENV</c> writes it.</summary>
    public string EnvironmentName => _start.EnvironmentName;

    /// <summary>The setting or file that decided the environment.</summary>
    public string DecidedBy => _start.DecidedBy;

    /// <summary>Whether this is a developer's machine or a test.</summary>
    public bool IsLocalOrTest => _start.IsLocalOrTest;

    /// <summary>The backend that is picked.</summary>
    public string BackendName => _start.BackendName;

    /// <summary>Reads and validates the settings, and picks the backend.</summary>
    /// <exception cref="SecretConfigurationException">They are missing or wrong; all faults are listed.</exception>
    public static OperatorSettings Read(OperatorContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new OperatorSettings(context);
    }

    /// <summary>Where the database is. Default: a file in the state folder.</summary>
    /// <exception cref="SecretConfigurationException">Settings are missing or wrong; all faults are listed.</exception>
    public DatabaseOptions Database()
    {
        var options = DatabaseOptions.Read(Configuration);
        options.Path = Context.Variable("DATABASE_PATH") is { } path
            ? Context.FullPath(path)
            : Path.Combine(Context.StateFolder, "strongroom.db");
        return options;
    }

    /// <summary>The declaration that <c>SECRET_DECLARATION</c> names; null where it names none.</summary>
    /// <exception cref="SecretConfigurationException">It is missing or malformed.</exception>
    public SecretDeclaration? Declaration() => Options.DeclarationPath is { } path ? SecretDeclaration.Load(path) : null;

    /// <summary>The name by which an operator finds a declared secret: <c>env</c> goes by the secret's name, the others by its
    /// location.</summary>
    public SecretName NameOf(DeclaredSecret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return BackendName == BackendNames.Env ? secret.Name : secret.At;
    }

    /// <summary>What a service with these settings and this declaration would start with.</summary>
    public StartContext StartFactsOf(SecretDeclaration? declaration) =>
        new()
        {
            Configuration = Configuration,
            Backends = _backends.Names,
            Configure = Locate,
            CreateBackend = Create,
            Time = Context.Time,
            Declaration = declaration,
        };

    /// <summary>Finds secrets in plain configuration, which only local allows.</summary>
    /// <returns>The error that names every such key and never a value; null where there is none.</returns>
    public SecretConfigurationException? FindPlainSecrets(SecretDeclaration? declaration) =>
        _start.FindPlainSecrets(Configuration, declaration);

    /// <summary>Makes the backend, once the guardrail allows it.</summary>
    /// <param name="breakGlass">What opened the guardrail; null where nothing did.</param>
    /// <param name="declaration">Null: the one that <c>SECRET_DECLARATION</c> names. Only env needs one, to know which names
    /// there are and what belongs together.</param>
    /// <exception cref="SecretException">Its settings are wrong, or the guardrail refuses.</exception>
    internal ISecretBackend CreateBackend(BreakGlass? breakGlass, SecretDeclaration? declaration)
    {
        _start.EnsureAllowed(breakGlass);
        return Create(
            BackendName,
            new BackendContext
            {
                Options = Options,
                Configuration = Configuration,
                Environment = Environment,
                Declaration = BackendName == BackendNames.Env ? declaration ?? Declaration() : null,
                Time = Context.Time,
                Loggers = Context.Loggers,
            }
        );
    }

    internal BreakGlass? OpenBreakGlass() => _start.OpenBreakGlass(OperatorSession.Service, Context.Time);

    private ISecretBackend Create(string name, BackendContext context) =>
        _backends.Create(name, context with { Variable = variable => Context.Variables.GetValueOrDefault(variable) });

    /// <summary>Paths go by the folder that the program runs in, defaults by its variables.</summary>
    private void Locate(StrongroomOptions options)
    {
        options.JournalDirectory = Absolute(options.JournalDirectory) ?? Path.Combine(Context.StateFolder, "journal");
        options.DotenvPath = Absolute(options.DotenvPath) ?? Context.FullPath(".env");
        options.DeclarationPath = Absolute(options.DeclarationPath);
    }

    private string? Absolute(string? path) => path is null ? null : Context.FullPath(path);
}
