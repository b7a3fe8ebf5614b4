using System.Data.Common;
using System.Globalization;
using EvolveDb;
using Microsoft.Extensions.Logging;

namespace Strongroom.Storage.Schema;

/// <summary>Brings a schema up to date, or says that it is not. Any number of processes may do so at once.</summary>
public static class SchemaMigrator
{
    /// <summary>
    /// What a service does at start: locally and in tests it migrates, elsewhere it only checks, since there nobody but
    /// <c>strongroom database upgrade</c> has the right to. Before that it looks whether the database is of use: it takes writes,
    /// holds UTF-8 and keeps a lock.
    /// </summary>
    /// <remarks>From then on the <paramref name="database"/> looks by itself, should a table be missing later.</remarks>
    /// <exception cref="SecretConfigurationException">The schema is another one (<see cref="SecretErrorCode.SchemaMismatch"/>),
    /// or the database is set up so that it is of no use.</exception>
    /// <exception cref="SecretUnavailableException">It is not reached, or takes no writes now.</exception>
    public static async Task EnsureAsync(Database database, SchemaMigrations migrations, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(database);
        await DatabaseFitness.RequireAsync(database, ct);
        await EnsureSchemaAsync(database, migrations, ct);
    }

    /// <summary>The same without a look at the database itself: for what only reads, which a standby serves too.</summary>
    internal static async Task EnsureSchemaAsync(Database database, SchemaMigrations migrations, CancellationToken ct)
    {
        await (database.Context.MayMigrate ? MigrateAsync(database, migrations, ct) : CheckAsync(database, migrations, ct));
        database.Schemas.Keep(migrations.MetadataTable, (again, token) => EnsureSchemaAsync(again, migrations, token));
    }

    /// <summary>Whether <see cref="EnsureAsync"/> would leave the schema as it is needed; changes nothing.</summary>
    /// <exception cref="SecretConfigurationException">It would not.</exception>
    public static async Task LookAsync(Database database, SchemaMigrations migrations, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(migrations);
        if (database.Context.MayMigrate)
            RefuseNewer(
                database,
                migrations,
                await ReadVersionAsync(database, migrations, ct),
                migrations.LatestVersion(database.Dialect)
            );
        else
            await CheckAsync(database, migrations, ct);
    }

    /// <summary>Checks that the schema is exactly the one that this program knows.</summary>
    /// <exception cref="SecretConfigurationException">It is another one
    /// (<see cref="SecretErrorCode.SchemaMismatch"/>).</exception>
    public static async Task CheckAsync(Database database, SchemaMigrations migrations, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(migrations);
        var known = migrations.LatestVersion(database.Dialect);
        var applied = await ReadVersionAsync(database, migrations, ct);
        if (applied < known)
        {
            throw Mismatch(
                $"{database.Location}: the schema '{migrations.Name}' is at version {applied}, this program needs {known}. "
                    + $"Run '{Remedy(migrations)}', then start again."
            );
        }
        RefuseNewer(database, migrations, applied, known);
    }

    /// <summary>
    /// Applies what is missing and gives the number of migrations that were applied; 0 where another process was faster.
    /// </summary>
    /// <exception cref="SecretConfigurationException">The schema is newer, or a migration fails
    /// (<see cref="SecretErrorCode.SchemaMismatch"/>).</exception>
    public static async Task<int> MigrateAsync(Database database, SchemaMigrations migrations, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(migrations);
        var known = migrations.LatestVersion(database.Dialect);
        if (await IsCurrentAsync(database, migrations, known, ct))
            return 0;
        await using (await SchemaLock.TakeAsync(database, ct))
        {
            if (await IsCurrentAsync(database, migrations, known, ct))
                return 0;
            return await database.UseAsItIsAsync((connection, token) => ApplyAsync(database, connection, migrations, token), ct);
        }
    }

    private static async Task<bool> IsCurrentAsync(
        Database database,
        SchemaMigrations migrations,
        int known,
        CancellationToken ct
    )
    {
        var applied = await ReadVersionAsync(database, migrations, ct);
        RefuseNewer(database, migrations, applied, known);
        return applied == known;
    }

    private static string Remedy(SchemaMigrations migrations) =>
        migrations == SchemaMigrations.Strongroom
            ? "strongroom database upgrade"
            : "strongroom database upgrade --migrations DIR";

    private static void RefuseNewer(Database database, SchemaMigrations migrations, int applied, int known)
    {
        if (applied > known)
        {
            throw Mismatch(
                $"{database.Location}: the schema '{migrations.Name}' is at version {applied}, newer than the {known} that "
                    + "this program knows. "
                    + "Start a program as new as the one whose 'strongroom database upgrade' made it; a schema never goes back."
            );
        }
    }

    private static Task<int> ReadVersionAsync(Database database, SchemaMigrations migrations, CancellationToken ct) =>
        database.UseAsItIsAsync(
            async (connection, token) =>
            {
                var exists =
                    database.Dialect == DatabaseDialect.Sqlite
                        ? $"SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '{migrations.MetadataTable}'"
                        : $"SELECT count(to_regclass('{migrations.MetadataTable}'))";
                if ((long)(await connection.ScalarAsync(exists, token))! == 0)
                    return 0;
                // Type 0 is a migration; others are Evolve's notes about the schema.
                await using var command = connection.Command(
                    $"SELECT version FROM {migrations.MetadataTable} WHERE type = 0 AND success"
                );
                await using var reader = await command.ExecuteReaderAsync(token);
                var version = 0;
                while (await reader.ReadAsync(token))
                    version = Math.Max(version, int.Parse(reader.GetString(0), NumberStyles.None, CultureInfo.InvariantCulture));
                return version;
            },
            ct
        );

    private static async Task<int> ApplyAsync(
        Database database,
        DbConnection connection,
        SchemaMigrations migrations,
        CancellationToken ct
    )
    {
        var log = database.Context.Loggers.CreateLogger(typeof(SchemaMigrator).FullName!);
        var evolve = new Evolve(connection, message => log.EvolveSaid(message))
        {
            MetadataTableName = migrations.MetadataTable,
            IsEraseDisabled = true,
            // SchemaLock has it already, and also covers SQLite, for which Evolve knows no lock.
            EnableClusterMode = false,
        };
        migrations.Locate(evolve, database.Dialect);
        if (database.Dialect == DatabaseDialect.PostgreSql)
            evolve.Schemas = [await CurrentSchemaAsync(database, connection, ct)];
        try
        {
            // Evolve knows no async; this keeps the caller's thread free.
            await Task.Run(evolve.Migrate, ct);
        }
        catch (EvolveException e)
        {
            var cause = Causes(e).OfType<DbException>().FirstOrDefault();
            if (cause is not null && database.Explain(cause) is { Code: not SecretErrorCode.SchemaMismatch } explained)
                throw explained;
            // The driver's message would quote the server, so only its code goes on.
            throw Mismatch(
                $"{database.Location}: the schema '{migrations.Name}' cannot be brought up to date"
                    + $" ({(cause is null ? "an applied migration was edited or is missing" : $"SQL state {cause.SqlState ?? "unknown"}")}). "
                    + $"Compare the program's migrations with the table '{migrations.MetadataTable}'; what failed was "
                    + "rolled back."
            );
        }
        log.SchemaMigrated(migrations.Name, database.Location, evolve.NbMigration);
        return evolve.NbMigration;
    }

    private static async Task<string> CurrentSchemaAsync(Database database, DbConnection connection, CancellationToken ct) =>
        await connection.ScalarAsync("SELECT current_schema()", ct) as string
        ?? throw Mismatch(
            $"{database.Location}: the role's search_path names no schema that exists. Correct it with ALTER ROLE … SET "
                + "search_path."
        );

    private static SecretConfigurationException Mismatch(string message) => new(SecretErrorCode.SchemaMismatch, message);

    private static IEnumerable<Exception> Causes(Exception e)
    {
        for (var cause = e.InnerException; cause is not null; cause = cause.InnerException)
            yield return cause;
    }
}
