using System.Data.Common;
using System.Runtime.CompilerServices;
using Strongroom.Storage.PostgreSql;
using Strongroom.Storage.Sqlite;

namespace Strongroom.Storage;

/// <summary>
/// Opens connections to SQLite or PostgreSQL and translates failures to Strongroom's own errors. Thread-safe; one per process. A
/// service may keep its own tables in the database.
/// </summary>
public abstract class Database : IAsyncDisposable
{
    private protected Database(DatabaseContext context) => Context = context;

    /// <summary>The SQL dialect.</summary>
    public abstract DatabaseDialect Dialect { get; }

    /// <summary>Where the database is, for messages; contains no secret.</summary>
    public abstract string Location { get; }

    /// <summary>What the database was created from.</summary>
    public DatabaseContext Context { get; }

    internal VerifiedSchemas Schemas { get; } = new();

    /// <summary>Creates a database without connecting.</summary>
    /// <exception cref="SecretConfigurationException">The settings are invalid.</exception>
    /// <exception cref="SecretRefusedException">The declaration does not allow sending the password to that host.</exception>
    public static Database Create(DatabaseContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Options.Validate();
        return context.Options.Dialect == DatabaseDialect.Sqlite ? CreateSqlite(context) : CreatePostgreSql(context);
    }

    // Each in a method of its own, so that a process loads only the driver that it uses.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static SqliteDatabase CreateSqlite(DatabaseContext context) => new(context);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static PostgreSqlDatabase CreatePostgreSql(DatabaseContext context) => new(context);

    /// <summary>Checks that a service with this declaration may send the password to this database.</summary>
    /// <exception cref="SecretRefusedException">The declaration does not contain the password, or does not allow this
    /// host.</exception>
    public void EnsureLoginAllowed(SecretDeclaration? declaration)
    {
        if (Dialect == DatabaseDialect.PostgreSql)
            PasswordBinding.Check(Context with { Declaration = declaration });
    }

    /// <summary>Opens a connection; the caller disposes it.</summary>
    /// <exception cref="SecretException">The connection cannot be opened.</exception>
    public abstract ValueTask<DbConnection> OpenAsync(CancellationToken ct);

    /// <summary>
    /// Opens a connection for the duration of <paramref name="work"/>. Failures of the connection, login, file or schema are
    /// thrown as <see cref="SecretException"/>; failures of the statement itself, such as a constraint violation, as the
    /// driver's own exception.
    /// </summary>
    /// <remarks>
    /// Schemas that have been ensured are ensured again once one of their tables is missing, since the database may have been
    /// recreated or restored.
    /// </remarks>
    /// <exception cref="SecretException">The database is unavailable or not set up for the statement.</exception>
    public Task<T> UseAsync<T>(Func<DbConnection, CancellationToken, Task<T>> work, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(work);
        return UseAsync(work, ensuresSchemas: true, ct);
    }

    /// <summary>
    /// As <see cref="UseAsync{T}(Func{DbConnection, CancellationToken, Task{T}}, CancellationToken)"/>, without ensuring
    /// schemas: for the code that does so.
    /// </summary>
    internal Task<T> UseWithoutSchemasAsync<T>(Func<DbConnection, CancellationToken, Task<T>> work, CancellationToken ct) =>
        UseAsync(work, ensuresSchemas: false, ct);

    private async Task<T> UseAsync<T>(
        Func<DbConnection, CancellationToken, Task<T>> work,
        bool ensuresSchemas,
        CancellationToken ct
    )
    {
        await using var connection = await OpenAsync(ct);
        if (ensuresSchemas && Schemas.IsInvalidated)
            await Schemas.EnsureAsync(this, ct);
        try
        {
            return await work(connection, ct);
        }
        catch (Exception e) when (TranslateAndTrack(e) is { } translated)
        {
            throw translated;
        }
    }

    /// <summary>Like <see cref="Translate"/>, and has a missing table checked at the next use.</summary>
    internal SecretException? TranslateAndTrack(Exception exception)
    {
        var translated = Translate(exception);
        if (translated is { Code: SecretErrorCode.SchemaMismatch })
            Schemas.Invalidate();
        return translated;
    }

    /// <summary>
    /// Translates a driver's exception; null for a failure of the statement itself, or an exception that is not the driver's.
    /// </summary>
    public abstract SecretException? Translate(Exception exception);

    /// <summary>Whether a statement failed because its table does not exist.</summary>
    internal abstract bool IsMissingTable(DbException exception);

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return default;
    }
}
