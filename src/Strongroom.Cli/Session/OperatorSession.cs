using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Audit;
using Strongroom.Aws;
using Strongroom.Backends;
using Strongroom.Breaker;
using Strongroom.Cli.Output;
using Strongroom.Deployment;
using Strongroom.Hosting;
using Strongroom.Journaling;
using Strongroom.Operators;
using Strongroom.Storage;
using Strongroom.Storage.Audit;
using Strongroom.Storage.Breaker;
using Strongroom.Storage.Schema;
using Strongroom.Vault;

namespace Strongroom.Cli.Session;

/// <summary>
/// One command's way to the secrets: through the audited manager, and at the end the audit is in the database, or waits in the
/// journal and the operator is told.
/// </summary>
internal sealed class OperatorSession : IAsyncDisposable
{
    private static readonly TimeSpan s_identityTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_drainTime = TimeSpan.FromSeconds(5);

    private readonly OperatorRuntime _runtime;
    private readonly Terminal _terminal;
    private readonly TimeProvider _time;
    private readonly StrongroomSchema _schema;

    /// <summary>The database is open and knows this instance: what of the audit need not wait for the secret.</summary>
    private readonly Task _ahead;

    private readonly Lazy<Task<string>> _asking;
    private readonly TaskCompletionSource _named = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool _isFlushed;

    private OperatorSession(
        OperatorRuntime runtime,
        Lazy<Task<string>> asking,
        CommandContext context,
        Database database,
        StrongroomSchema schema,
        Task? opening
    )
    {
        _runtime = runtime;
        _asking = asking;
        _terminal = context.Terminal;
        _time = context.Time;
        _schema = schema;
        Settings = context.Settings;
        Database = database;
        AuditStore = new AuditStore(database, schema);
        TripStore = new TripStore(database, schema, takesStandby: true);
        _ahead = opening is null ? Task.CompletedTask : Task.Run(() => RegisterAsync(opening));
    }

    internal CommandSettings Settings { get; }

    internal ISecretManager Manager => _runtime.Manager;

    internal ISecretVersions Versions => _runtime.Versions;

    internal BackendCapabilities Capabilities => _runtime.Backend.Capabilities;

    /// <summary>The backend itself, past audit: only for what it is besides, such as <see cref="IBackendHealth"/>.</summary>
    internal ISecretBackend Backend => _runtime.Backend;

    internal string BackendName => _runtime.Identity.Backend;

    internal TripScope Scope => new(_runtime.Identity.EnvironmentName, _runtime.Identity.Namespace);

    internal AuditTrail Trail => _runtime.Trail;

    internal JournalFolder Folder => _runtime.Folder;

    internal Database Database { get; }

    internal IAuditStore AuditStore { get; }

    internal ITripStore TripStore { get; }

    internal static async ValueTask<OperatorSession> OpenAsync(
        CommandContext context,
        bool opensAhead,
        SecretName databaseLogin,
        CancellationToken ct,
        SecretDeclaration? declaration = null,
        BreakGlass? opened = null
    )
    {
        var settings = context.Settings;
        // Wrong settings are told before anything is asked.
        var options = settings.Database();
        var breakGlass = opened ?? settings.OpenBreakGlass();
        var backend = settings.CreateBackend(breakGlass, declaration);
        OperatorRuntime? runtime = null;
        var database = Database.Create(
            new DatabaseContext
            {
                Options = options,
                Environment = settings.Decision.Environment,
                Time = context.Time,
                Loggers = context.Loggers,
                LeavesWriteAheadLog = true,
                LoginName = databaseLogin,
                Login = token => LogInAsync(runtime!.Manager, databaseLogin, settings.Decision.IsLocalOrTest, token),
            }
        );
        var schema = new StrongroomSchema(database);
        // Opening SQLite takes as long as connecting to Vault, so it is done meanwhile. PostgreSQL needs a password and is not.
        var opening =
            opensAhead && database.Dialect == DatabaseDialect.Sqlite
                ? Task.Run(() => schema.EnsureAsync(CancellationToken.None).AsTask(), CancellationToken.None)
                : null;
        // Whom a token belongs to costs one of its uses, so the read comes first. Others are asked beside it.
        var asking = new Lazy<Task<string>>(() => AskActorAsync(context, backend, ct));
        var known = backend is VaultBackend ? null : asking.Value;
        runtime = new OperatorManagerBuilder
        {
            Backend = backend,
            Options = settings.Options,
            Environment = settings.Decision.Environment,
            Actor = known is { IsCompletedSuccessfully: true }
                ? await known
                : OperatorIdentity.Clean(
                    OperatorIdentity.Unproven(settings.Options.Operator, context.CommandEnvironment.Variable)
                ),
            Time = context.Time,
            Loggers = context.Loggers,
        }.Build();
        if (breakGlass is not null)
            Tell(breakGlass, runtime, context.Terminal);
        var session = new OperatorSession(runtime, asking, context, database, schema, opening);
        // Nothing waits for the name until the audit is shipped, and one who gives up is heard by whatever comes next.
        if (known is not null && backend is not AwsBackend)
            await ((Task)known).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return session;
    }

    /// <summary>Who acts, as it stands in the audit.</summary>
    internal Task<string> ActorAsync() => _asking.Value;

    /// <summary>Ships the audit now: before the process is replaced, or at the end.</summary>
    internal async ValueTask FlushAsync()
    {
        if (_isFlushed)
            return;
        _isFlushed = true;
        // The store knows an instance by its first row that is shipped.
        await NameActorAsync();
        using var limit = new CancellationTokenSource(s_drainTime, _time);
        if (!await PrepareAsync(limit.Token) || !await _runtime.DrainAsync(AuditStore, limit.Token))
            _terminal.Warn(
                $"the audit's rows could not be brought to {Database.Location}; they wait in {Folder.Path}, and the next "
                    + "command brings them there"
            );
        else if (_runtime.Adopted > 0)
            _terminal.Note(
                $"the audit of {_runtime.Adopted} earlier {(_runtime.Adopted == 1 ? "command" : "commands")} that had to wait "
                    + $"is in {Database.Location} now"
            );
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await FlushAsync();
        }
        finally
        {
            await _runtime.DisposeAsync();
            await Database.DisposeAsync();
        }
    }

    /// <summary>
    /// Locally and in tests services migrate for themselves, so their role is the owner's where nobody made another one.
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
        await AuditStore.RegisterAsync(Trail.Journal.Owner, CancellationToken.None);
    }

    private async Task NameActorAsync()
    {
        try
        {
            if (await _asking.Value is var actor && actor != _runtime.Identity.Actor)
                Trail.Journal.Name(actor);
        }
        catch (OperationCanceledException)
        {
            // Ended by Ctrl-C before it was known: the name of the login stands, marked as that.
        }
        _named.TrySetResult();
    }

    /// <summary>
    /// The database's password may have to be read, and a journal that is closed would not take the record of that.
    /// </summary>
    private async ValueTask<bool> PrepareAsync(CancellationToken ct)
    {
        try
        {
            // What went wrong ahead of time is told now, where it is a fault.
            await _ahead.WaitAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _schema.EnsureAsync(ct);
            return true;
        }
        catch (SecretException e)
        {
            _terminal.Warn(e.Message);
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<string> AskActorAsync(CommandContext context, ISecretBackend backend, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(s_identityTime, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        return await OperatorIdentity.ResolveAsync(
            backend,
            context.Settings.Options.Operator,
            context.CommandEnvironment.Variable,
            either.Token,
            ct
        );
    }

    private static void Tell(BreakGlass breakGlass, OperatorRuntime runtime, Terminal terminal)
    {
        terminal.Warn(
            $"break-glass by {breakGlass.Operator} until {breakGlass.Until:u}: the env backend is used in "
                + $"{runtime.Identity.EnvironmentName}"
        );
    }
}
