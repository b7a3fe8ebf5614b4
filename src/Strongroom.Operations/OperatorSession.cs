using Strongroom.Audit;
using Strongroom.Backends;
using Strongroom.Breaker;
using Strongroom.Storage;

namespace Strongroom.Operations;

/// <summary>
/// An operator's access to the secrets: every exchange with the backend is audited, and when the session ends the audit is in the
/// database, or waits in the journal and the operator is told.
/// </summary>
public sealed class OperatorSession : IAsyncDisposable
{
    /// <summary>The service id of an operator's program in the audit.</summary>
    public const string Service = "strongroom";

    private static readonly TimeSpan s_identityTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_drainTime = TimeSpan.FromSeconds(5);

    private readonly OperatorManager _manager;
    private readonly StrongroomStores _stores;

    /// <summary>The database is open and knows this instance: what of the audit need not wait for the secret.</summary>
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

    /// <summary>The settings that it was opened with.</summary>
    public OperatorSettings Settings { get; }

    /// <summary>Reads and writes any name. The values that it gives are zeroed when the session ends.</summary>
    public ISecretManager Manager => _manager;

    /// <summary>Versions of any name: reads one, lists, deletes and restores them.</summary>
    public ISecretVersions Versions => _manager;

    /// <summary>The backend, audited.</summary>
    public AuditedBackend Backend { get; }

    /// <summary>Where trips of this environment and namespace reach.</summary>
    public TripScope Scope => new(Backend.Instance.Environment, Settings.Options.Namespace);

    /// <summary>The database of audit and trips.</summary>
    public Database Database { get; }

    /// <summary>The audit's rows in the database.</summary>
    public IAuditStore AuditStore => _stores.Audit;

    /// <summary>The trips in the database; it answers from a standby too (<see
    /// cref="DatabaseFitness.IsStandbyAsync"/>).</summary>
    public ITripStore TripStore => _stores.Trips;

    /// <summary>Opens a session. The backend is not asked for anything but who the operator is.</summary>
    /// <exception cref="SecretException">The settings are wrong, or the guardrail refuses.</exception>
    public static async ValueTask<OperatorSession> OpenAsync(
        OperatorSettings settings,
        OperatorSessionOptions options,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        var context = settings.Context;
        // Wrong settings are told before anything is asked.
        var databaseOptions = settings.Database();
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
                LeavesWriteAheadLog = true,
                LoginName = options.DatabaseLogin,
                Login = token => LogInAsync(manager!, options.DatabaseLogin, settings.IsLocalOrTest, token),
            }
        );
        var stores = new StrongroomStores(database, takesStandby: true);
        // Opening SQLite takes as long as connecting to Vault, so it is done meanwhile. PostgreSQL needs a password and is not.
        var opening =
            options.OpensDatabaseAhead && database.Dialect == DatabaseDialect.Sqlite
                ? Task.Run(() => stores.EnsureSchemaAsync(CancellationToken.None).AsTask(), CancellationToken.None)
                : null;
        // Whom a token belongs to costs one of its uses, so the read comes first. Others are asked beside it.
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
                : OperatorIdentity.Clean(UnverifiedActor.Name(settings.Options.Operator, context.Variable)),
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
        // Nothing waits for the name until the audit is shipped, and one who gives up is heard by whatever comes next.
        if (known is not null && settings.BackendName != BackendNames.Aws)
            await ((Task)known).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return session;
    }

    /// <summary>Who acts, as the audit has it.</summary>
    public Task<string> ActorAsync() => _asking.Value;

    /// <summary>Ships the audit now: before the process is replaced, or at the end.</summary>
    public async ValueTask FlushAsync()
    {
        if (_isFlushed)
            return;
        _isFlushed = true;
        var context = Settings.Context;
        // The store knows an instance by its first row that is shipped.
        await NameActorAsync();
        using var limit = new CancellationTokenSource(s_drainTime, context.Time);
        var shipped = await PrepareAsync(limit.Token) ? await Backend.ShipAsync(AuditStore, limit.Token) : default;
        if (!shipped.IsComplete)
        {
            context.Warn(
                $"the audit's rows could not be brought to {Database.Location}; they wait in {Backend.JournalFolder}, "
                    + "and the next command brings them there"
            );
        }
        else if (shipped.AdoptedJournals > 0)
        {
            context.Note(
                $"the audit of {shipped.AdoptedJournals} earlier {(shipped.AdoptedJournals == 1 ? "command" : "commands")} "
                    + $"that had to wait is in {Database.Location} now"
            );
        }
    }

    /// <summary>Ships the audit, zeroes the values, and gives a login back.</summary>
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

    /// <summary>Locally and in tests services migrate for themselves, so their role is the owner's where nobody made another
    /// one.</summary>
    private static async ValueTask<DatabaseLogin> LogInAsync(
        ISecretManager manager,
        SecretName name,
        bool isLocalOrTest,
        CancellationToken ct
    )
    {
        try
        {
            return await ManagedDatabaseLogin.AskAsync(manager, null, name, ct);
        }
        catch (SecretNotFoundException e)
            when (isLocalOrTest && e.Code == SecretErrorCode.Missing && name == ManagedDatabaseLogin.OwnerName)
        {
            return await ManagedDatabaseLogin.AskAsync(manager, null, ManagedDatabaseLogin.PasswordName, ct);
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
                Backend.NameActor(actor);
        }
        catch (OperationCanceledException)
        {
            // Ended by Ctrl-C before it was known: the name of the login stands, marked as that.
        }
        _named.TrySetResult();
    }

    /// <summary>The database's password may have to be read, and a journal that is closed would not take the record of
    /// that.</summary>
    private async ValueTask<bool> PrepareAsync(CancellationToken ct)
    {
        try
        {
            // What went wrong ahead of time is told now, where it is a fault.
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
