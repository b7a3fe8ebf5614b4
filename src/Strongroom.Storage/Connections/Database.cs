using System.Data.Common;
using Strongroom.Storage.PostgreSql;
using Strongroom.Storage.Sqlite;

namespace Strongroom.Storage;

/// <summary>
/// Opens connections to SQLite or PostgreSQL and turns what goes wrong there into Strongroom's own errors. One for each process;
/// thread-safe. A service keeps its own tables here too.
/// </summary>
public abstract class Database : IAsyncDisposable
{
    private protected Database(DatabaseContext context) => Context = context;

    /// <summary>Which SQL it speaks.</summary>
    public abstract DatabaseDialect Dialect { get; }

    /// <summary>Where it is, for messages; holds no secret.</summary>
    public abstract string Location { get; }

    /// <summary>What it was made from.</summary>
    public DatabaseContext Context { get; }

    internal VerifiedSchemas Schemas { get; } = new();

    /// <summary>Makes one; connects to nothing yet.</summary>
    /// <exception cref="SecretConfigurationException">The settings are wrong.</exception>
    /// <exception cref="SecretRefusedException">The declaration does not let the password go to that host.</exception>
    public static Database Create(DatabaseContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Options.Validate();
        return context.Options.Dialect == DatabaseDialect.Sqlite ? new SqliteDatabase(context) : new PostgreSqlDatabase(context);
    }

    /// <summary>Checks that a service with this declaration may send the password to this database.</summary>
    /// <exception cref="SecretRefusedException">The declaration does not name the password, or not this host.</exception>
    public void EnsureLoginAllowed(SecretDeclaration? declaration)
    {
        if (Dialect == DatabaseDialect.PostgreSql)
            PasswordBinding.Check(Context with { Declaration = declaration });
    }

    /// <summary>Opens a connection; the caller disposes it.</summary>
    /// <exception cref="SecretException">It cannot be opened; the message says why, in our words.</exception>
    public abstract ValueTask<DbConnection> OpenAsync(CancellationToken ct);

    /// <summary>
    /// Opens a connection for the length of <paramref name="work"/>. Faults of the connection, the login, the file or the schema
    /// come out as <see cref="SecretException"/>; faults of the statement itself, such as a broken constraint, as the driver's
    /// own.
    /// </summary>
    /// <remarks>Schemas that were made sure of are made sure of again once a table of theirs is missing: the database may have
    /// been made anew or restored.</remarks>
    /// <exception cref="SecretException">The database cannot do it now, or not as it is set up.</exception>
    public async Task<T> UseAsync<T>(Func<DbConnection, CancellationToken, Task<T>> work, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(work);
        await using var connection = await OpenAsync(ct);
        await Schemas.MendAsync(this, ct);
        return await UseAsync(connection, work, ct);
    }

    /// <summary>
    /// As <see cref="UseAsync{T}(Func{DbConnection, CancellationToken, Task{T}}, CancellationToken)"/>, for who mends the
    /// schemas.
    /// </summary>
    internal async Task<T> UseAsItIsAsync<T>(Func<DbConnection, CancellationToken, Task<T>> work, CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        return await UseAsync(connection, work, ct);
    }

    private async Task<T> UseAsync<T>(
        DbConnection connection,
        Func<DbConnection, CancellationToken, Task<T>> work,
        CancellationToken ct
    )
    {
        try
        {
            return await work(connection, ct);
        }
        catch (Exception e) when (Understood(e) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>As <see cref="Explain"/>, and a missing table is not forgotten.</summary>
    internal SecretException? Understood(Exception exception)
    {
        var explained = Explain(exception);
        if (explained is { Code: SecretErrorCode.SchemaMismatch })
            Schemas.Doubt();
        return explained;
    }

    /// <summary>
    /// Says in our words what a driver's exception means; null where it is the statement's own fault, or no driver's.
    /// </summary>
    public abstract SecretException? Explain(Exception exception);

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return default;
    }
}
