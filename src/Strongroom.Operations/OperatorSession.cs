using Strongroom.Audit;
using Strongroom.Backends;
using Strongroom.Breaker;
using Strongroom.Storage;

namespace Strongroom.Operations;

/// <summary>
/// An operator's access to secrets. Every exchange with the backend is audited, except the query for the operator's identity.
/// When the session ends, the audit is in the database, or remains in the journal and the operator is warned.
/// </summary>
public sealed class OperatorSession : IAsyncDisposable
{
    /// <summary>The service id of an operator's program in the audit.</summary>
    public const string Service = "strongroom";

    private static readonly TimeSpan s_identityTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_drainTime = TimeSpan.FromSeconds(5);

    private readonly OperatorManager _manager;
    private readonly StrongroomStores _stores;

    /// <summary>Opens the database and registers this instance while the backend is being read.</summary>
    private readonly Task _ahead;

    private readonly Lazy<Task<string>> _asking;
    private readonly TaskCompletionSource _named = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool _isFlushed;

    private OperatorSession(
        OperatorSettings settings,
        OperatorManager manager,
        AuditedBackend backend,
        Lazy<Task<string>> asking,
        Database database,
        StrongroomStores stores,
        Task? opening
    )
    {
        Settings = settings;
        _manager = manager;
        Backend = backend;
        _asking = asking;
        Database = database;
        _stores = stores;
        _ahead = opening is null ? Task.CompletedTask : Task.Run(() => RegisterAsync(opening));
    }

    /// <summary>The settings of the session.</summary>
    public OperatorSettings Settings { get; }

    /// <summary>Reads and writes any name. The values that it returns are zeroed when the session ends.</summary>
    public ISecretManager Manager => _manager;

    /// <summary>Manages the versions of any name.</summary>
    public ISecretVersions Versions => _manager;

    /// <summary>The audited backend.</summary>
    public AuditedBackend Backend { get; }

    /// <summary>The scope of trips in this environment and namespace.</summary>
    public TripScope Scope => new(Backend.Instance.Environment, Settings.Options.Namespace);

    /// <summary>The database of the audit and the trips.</summary>
    public Database Database { get; }

    /// <summary>The audit rows in the database.</summary>
    public IAuditStore AuditStore => _stores.Audit;

    /// <summary>The trips in the database. A standby is accepted (<see cref="DatabaseRequirements.IsStandbyAsync"/>).</summary>
    public ITripStore TripStore => _stores.Trips;

    /// <summary>Opens a session. The backend is queried only for the identity of the operator.</summary>
    /// <exception cref="SecretException">The settings are invalid, or the guardrail refuses the backend.</exception>
    public static async ValueTask<OperatorSession> OpenAsync(
        OperatorSettings settings,
        OperatorSessionOptions options,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        var context = settings.Context;
        // Invalid settings are reported before the backend is queried.
        var databaseOptions = settings.ReadDatabaseOptions();
        var breakGlass = options.BreakGlass ?? settings.OpenBreakGlass();
        var wrapped = settings.CreateBackend(breakGlass, options.Declaration);
        OperatorManager? manager = null;
        var database = Database.Create(
            new DatabaseContext
            {
                Options = databaseOptions,
                Environment = settings.Environment,
                Time = context.Time,
                Loggers = context.Loggers,
                KeepsWriteAheadLog = true,
                LoginName = options.DatabaseLogin,
                Login = token => LogInAsync(manager!, options.DatabaseLogin, settings.IsLocalOrTest, token),
            }
        );
        var stores = new StrongroomStores(database, acceptsStandby: true);
        // Opening SQLite takes as long as connecting to Vault, so both happen concurrently. PostgreSQL needs a password first.
        var opening =
            options.OpensDatabaseEarly && database.Dialect == DatabaseDialect.Sqlite
                ? Task.Run(() => stores.EnsureSchemaAsync(CancellationToken.None).AsTask(), CancellationToken.None)
                : null;
        // On Vault, the query costs one use of the token, so the read comes first. Other backends are queried concurrently.
        var asking = new Lazy<Task<string>>(() => AskActorAsync(settings, wrapped, ct));
        var known = settings.BackendName == BackendNames.Vault ? null : asking.Value;
        var backend = new AuditedBackendBuilder
        {
            Backend = wrapped,
            Options = settings.Options,
            Environment = settings.Environment,
            Service = Service,
            Actor = known is { IsCompletedSuccessfully: true }
                ? await known
                : OperatorIdentity.Clean(UnverifiedActor.Resolve(settings.Options.Operator, context.Variable)),
            Time = context.Time,
            Loggers = context.Loggers,
        }.Build();
        manager = new OperatorManager(backend);
        if (breakGlass is not null)
        {
            context.Warn(
                $"break-glass by {breakGlass.Operator} until {breakGlass.Until:u}: the env backend is used in "
                    + settings.EnvironmentName
            );
        }
        var session = new OperatorSession(settings, manager, backend, asking, database, stores, opening);
        // The name is not needed until the audit is shipped; the next operation observes a cancellation.
        if (known is not null && settings.BackendName != BackendNames.Aws)
            await ((Task)known).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return session;
    }

    /// <summary>Who acts, as recorded in the audit.</summary>
    public Task<string> ActorAsync() => _asking.Value;

    /// <summary>Ships the audit now: before the process is replaced, or when the session ends.</summary>
    public async ValueTask FlushAsync()
    {
        if (_isFlushed)
            return;
        _isFlushed = true;
        var context = Settings.Context;
        // The store registers an instance with its first shipped row.
        await NameActorAsync();
        using var limit = new CancellationTokenSource(s_drainTime, context.Time);
        var shipped = await PrepareAsync(limit.Token) ? await Backend.ShipAsync(AuditStore, limit.Token) : default;
        if (!shipped.IsComplete)
        {
            context.Warn(
                $"the audit rows could not be written to {Database.Location}; they remain in {Backend.JournalFolder} "
                    + "until the next command writes them"
            );
        }
        else if (shipped.AdoptedJournals > 0)
        {
            context.Note(
                $"the audit of {shipped.AdoptedJournals} earlier {(shipped.AdoptedJournals == 1 ? "command" : "commands")} "
                    + $"that was still in the journal has been written to {Database.Location}"
            );
        }
    }

    /// <summary>Ships the audit, zeroes the values and disposes the backend, which may revoke its login.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await FlushAsync();
        }
        finally
        {
            _manager.Dispose();
            await Backend.DisposeAsync();
            await Database.DisposeAsync();
        }
    }

    /// <summary>
    /// In local and test, services migrate their own schema, so their role is the owner unless a separate owner exists.
    /// </summary>
    private static async ValueTask<DatabaseLogin> LogInAsync(
        ISecretManager manager,
        SecretName name,
        bool isLocalOrTest,
        CancellationToken ct
    )
    {
        try
        {
            return await ManagedDatabaseLogin.GetAsync(manager, null, name, ct);
        }
        catch (SecretNotFoundException e)
            when (isLocalOrTest && e.Code == SecretErrorCode.Missing && name == ManagedDatabaseLogin.OwnerName)
        {
            return await ManagedDatabaseLogin.GetAsync(manager, null, ManagedDatabaseLogin.PasswordName, ct);
        }
    }

    private async Task RegisterAsync(Task opening)
    {
        await opening;
        await _named.Task;
        await AuditStore.RegisterAsync(Backend.Instance, CancellationToken.None);
    }

    private async Task NameActorAsync()
    {
        try
        {
            if (await _asking.Value is var actor && actor != Backend.Instance.Actor)
                Backend.SetActor(actor);
        }
        catch (OperationCanceledException)
        {
            // Cancelled before it was known: the login name, marked as unverified, remains.
        }
        _named.TrySetResult();
    }

    /// <summary>The database password may have to be read, which a closed journal could not record.</summary>
    private async ValueTask<bool> PrepareAsync(CancellationToken ct)
    {
        try
        {
            // A failure of the early opening recurs below, where it is reported.
            await _ahead.WaitAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _stores.EnsureSchemaAsync(ct);
            return true;
        }
        catch (SecretException e)
        {
            Settings.Context.Warn(e.Message);
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<string> AskActorAsync(OperatorSettings settings, ISecretBackend backend, CancellationToken ct)
    {
        var context = settings.Context;
        using var limit = new CancellationTokenSource(s_identityTime, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        return await OperatorIdentity.ResolveAsync(backend, settings.Options.Operator, context.Variable, either.Token, ct);
    }
}
