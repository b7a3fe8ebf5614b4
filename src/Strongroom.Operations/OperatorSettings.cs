using Microsoft.Extensions.Configuration;
using Strongroom.Backends;
using Strongroom.Deployment;
using Strongroom.Hosting;
using Strongroom.Storage;

namespace Strongroom.Operations;

/// <summary>The settings of an operator's program: those of a service (docs/options.md), read from process variables.</summary>
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

    /// <summary>The environment of the program.</summary>
    public OperatorContext Context { get; }

    /// <summary>The variables as configuration.</summary>
    public IConfiguration Configuration { get; }

    /// <summary>The validated settings; paths are absolute.</summary>
    public StrongroomOptions Options => _start.Options;

    /// <summary>The environment that the program runs in.</summary>
    public DeploymentEnvironment Environment => _start.Environment;

    /// <summary>The environment's name in <c>DEPLOYMENT_ENV</c>.</summary>
    public string EnvironmentName => _start.EnvironmentName;

    /// <summary>The setting or file that determined the environment.</summary>
    public string DecidedBy => _start.DecidedBy;

    /// <summary>Whether this is a developer's machine or a test.</summary>
    public bool IsLocalOrTest => _start.IsLocalOrTest;

    /// <summary>The selected backend.</summary>
    public string BackendName => _start.BackendName;

    /// <summary>Reads and validates the settings, and selects the backend.</summary>
    /// <exception cref="SecretConfigurationException">Settings are missing or invalid; all faults are listed.</exception>
    public static OperatorSettings Read(OperatorContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new OperatorSettings(context);
    }

    /// <summary>Reads the database settings. Default: a SQLite file in the state folder.</summary>
    /// <exception cref="SecretConfigurationException">Settings are missing or invalid; all faults are listed.</exception>
    public DatabaseOptions ReadDatabaseOptions()
    {
        var options = DatabaseOptions.Read(Configuration);
        options.Path = Context.Variable("DATABASE_PATH") is { } path
            ? Context.FullPath(path)
            : Path.Combine(Context.StateFolder, "strongroom.db");
        return options;
    }

    /// <summary>Loads the declaration that <c>SECRET_DECLARATION</c> names; null if it is not set.</summary>
    /// <exception cref="SecretConfigurationException">The declaration is missing or malformed.</exception>
    public SecretDeclaration? LoadDeclaration() => Options.DeclarationPath is { } path ? SecretDeclaration.Load(path) : null;

    /// <summary>
    /// The name under which an operator finds a declared secret: its own name on <c>env</c>, its stored name on other backends.
    /// </summary>
    public SecretName NameOf(DeclaredSecret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return BackendName == BackendNames.Env ? secret.Name : secret.StoredName;
    }

    /// <summary>Creates the context with which a service with these settings and this declaration would start.</summary>
    public StartContext CreateStartContext(SecretDeclaration? declaration) =>
        new()
        {
            Configuration = Configuration,
            Backends = _backends.Names,
            Configure = Locate,
            CreateBackend = Create,
            Time = Context.Time,
            Declaration = declaration,
        };

    /// <summary>Finds secrets in plain configuration, which is allowed in local only.</summary>
    /// <returns>An error that names each such key, never a value; null if there is none.</returns>
    public SecretConfigurationException? FindPlainSecrets(SecretDeclaration? declaration) =>
        _start.FindPlainSecrets(Configuration, declaration);

    /// <summary>Creates the backend if the guardrail allows it.</summary>
    /// <param name="breakGlass">The break-glass access; null if none is open.</param>
    /// <param name="declaration">Null for the one that <c>SECRET_DECLARATION</c> names. Only the env backend uses it, to know
    /// the names and bundles.</param>
    /// <exception cref="SecretException">The backend's settings are invalid, or the guardrail refuses it.</exception>
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
                Declaration = BackendName == BackendNames.Env ? declaration ?? LoadDeclaration() : null,
                Time = Context.Time,
                Loggers = Context.Loggers,
            }
        );
    }

    internal BreakGlass? OpenBreakGlass() => _start.OpenBreakGlass(OperatorSession.Service, Context.Time);

    private ISecretBackend Create(string name, BackendContext context) =>
        _backends.Create(name, context with { Variable = variable => Context.Variables.GetValueOrDefault(variable) });

    /// <summary>Resolves paths against the current folder, and defaults against the process variables.</summary>
    private void Locate(StrongroomOptions options)
    {
        options.JournalDirectory = Absolute(options.JournalDirectory) ?? Path.Combine(Context.StateFolder, "journal");
        options.DotenvPath = Absolute(options.DotenvPath) ?? Context.FullPath(".env");
        options.DeclarationPath = Absolute(options.DeclarationPath);
    }

    private string? Absolute(string? path) => path is null ? null : Context.FullPath(path);
}
