using System.Data.Common;
using System.Globalization;
using EvolveDb;
using Microsoft.Extensions.Logging;

namespace Strongroom.Storage.Schema;

/// <summary>Migrates or checks a schema. Any number of processes may do so concurrently.</summary>
public static class SchemaMigrator
{
    /// <summary>
    /// Prepares a schema when a service starts: in local and test it migrates; elsewhere it only checks, since only
    /// <c>strongroom database upgrade</c> has the right to migrate. It first verifies the <see cref="DatabaseRequirements"/>.
    /// </summary>
    /// <remarks>If a table is missing later, the <paramref name="database"/> repeats this on its next use.</remarks>
    /// <exception cref="SecretConfigurationException">The schema does not match (<see cref="SecretErrorCode.SchemaMismatch"/>),
    /// or the database does not meet the requirements.</exception>
    /// <exception cref="SecretUnavailableException">The database cannot be reached, or does not accept writes now.</exception>
    public static async Task EnsureAsync(Database database, SchemaMigrations migrations, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(database);
        await DatabaseRequirements.VerifyAsync(database, ct);
        await EnsureSchemaAsync(database, migrations, ct);
    }

    /// <summary>
    /// Like <see cref="EnsureAsync"/>, without verifying the requirements: for reads, which a standby serves too.
    /// </summary>
    internal static async Task EnsureSchemaAsync(Database database, SchemaMigrations migrations, CancellationToken ct)
    {
        await (database.Context.MayMigrate ? MigrateAsync(database, migrations, ct) : CheckAsync(database, migrations, ct));
        database.Schemas.Add(migrations.MetadataTable, (again, token) => EnsureSchemaAsync(again, migrations, token));
    }

    /// <summary>Checks, without changing anything, that <see cref="EnsureAsync"/> would succeed.</summary>
    /// <exception cref="SecretConfigurationException">It would fail (<see cref="SecretErrorCode.SchemaMismatch"/>).</exception>
    public static async Task CheckUpgradableAsync(Database database, SchemaMigrations migrations, CancellationToken ct)
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

    /// <summary>Checks that the schema is exactly the version that this program expects.</summary>
    /// <exception cref="SecretConfigurationException">It is another version (<see
    /// cref="SecretErrorCode.SchemaMismatch"/>).</exception>
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

    /// <summary>Applies missing migrations and returns their number; 0 if another process was faster.</summary>
    /// <exception cref="SecretConfigurationException">The schema is newer, or a migration fails
    /// (<see cref="SecretErrorCode.SchemaMismatch"/>).</exception>
    public static async Task<int> MigrateAsync(Database database, SchemaMigrations migrations, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(migrations);
        var known = migrations.LatestVersion(database.Dialect);
        return IsCurrent(database, migrations, await ReadVersionAsync(database, migrations, ct), known)
            ? 0
            : await MigrateAloneAsync(database, migrations, known, ct);
    }

    private static async Task<int> MigrateAloneAsync(
        Database database,
        SchemaMigrations migrations,
        int known,
        CancellationToken ct
    )
    {
        await using (await SchemaLock.TakeAsync(database, ct))
        {
            if (IsCurrent(database, migrations, await ReadVersionAsync(database, migrations, ct), known))
                return 0;
            return await database.UseWithoutSchemasAsync(
                (connection, token) => ApplyAsync(database, connection, migrations, token),
                ct
            );
        }
    }

    private static bool IsCurrent(Database database, SchemaMigrations migrations, int applied, int known)
    {
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
                    + "Use a program at least as new as the one that upgraded the schema; a schema cannot be downgraded."
            );
        }
    }

    private static Task<int> ReadVersionAsync(Database database, SchemaMigrations migrations, CancellationToken ct) =>
        database.UseWithoutSchemasAsync((connection, token) => ReadVersionAsync(database, migrations, connection, token), ct);

    /// <summary>By one query. If the table does not exist, no migration has been applied.</summary>
    private static async Task<int> ReadVersionAsync(
        Database database,
        SchemaMigrations migrations,
        DbConnection connection,
        CancellationToken ct
    )
    {
        // Type 0 is a migration; others are Evolve's notes about the schema.
        await using var command = connection.Command(
            $"SELECT version FROM {migrations.MetadataTable} WHERE type = 0 AND success"
        );
        try
        {
            await using var reader = await command.ExecuteReaderAsync(ct);
            var version = 0;
            while (await reader.ReadAsync(ct))
            {
                if (!int.TryParse(reader.GetString(0), NumberStyles.None, CultureInfo.InvariantCulture, out var applied))
                    throw Mismatch(
                        $"{database.Location}: the table '{migrations.MetadataTable}' holds a version that is not a number, so "
                            + "it is another program's. Use a database of its own for this program."
                    );
                version = Math.Max(version, applied);
            }
            return version;
        }
        catch (DbException e) when (database.IsMissingTable(e))
        {
            return 0;
        }
    }

    private static async Task<int> ApplyAsync(
        Database database,
        DbConnection connection,
        SchemaMigrations migrations,
        CancellationToken ct
    )
    {
        var log = database.Context.Loggers.CreateLogger(typeof(SchemaMigrator).FullName!);
        var evolve = new Evolve(connection, message => log.MigrationMessage(message))
        {
            MetadataTableName = migrations.MetadataTable,
            IsEraseDisabled = true,
            // SchemaLock already ensures exclusion, also for SQLite, which Evolve cannot lock.
            EnableClusterMode = false,
        };
        migrations.Locate(evolve, database.Dialect);
        if (database.Dialect == DatabaseDialect.PostgreSql)
            evolve.Schemas = [await CurrentSchemaAsync(database, connection, ct)];
        try
        {
            // Evolve is synchronous; this keeps the caller's thread free.
            await Task.Run(evolve.Migrate, ct);
        }
        catch (EvolveException e)
        {
            var cause = Causes(e).OfType<DbException>().FirstOrDefault();
            if (cause is not null && database.Translate(cause) is { Code: not SecretErrorCode.SchemaMismatch } translated)
                throw translated;
            var reason = cause is null
                ? "an applied migration was edited or is missing"
                : $"SQL state {cause.SqlState ?? "unknown"}";
            // The driver's message quotes the server, so only its code is reported.
            throw Mismatch(
                $"{database.Location}: the schema '{migrations.Name}' cannot be brought up to date"
                    + $" ({reason}). "
                    + $"Compare the program's migrations with the table '{migrations.MetadataTable}'. The failed migration was "
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
