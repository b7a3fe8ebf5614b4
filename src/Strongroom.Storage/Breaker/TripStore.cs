using System.Data.Common;
using Strongroom.Breaker;
using Strongroom.Storage.Schema;

namespace Strongroom.Storage.Breaker;

/// <summary>
/// Stores trips in the tables <c>trips</c> and <c>trip_clearances</c>. A clearance is a row of its own; a trip is never changed.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="schema">Ensures that the tables exist.</param>
/// <param name="acceptsStandby">True if the caller itself distinguishes a standby from its primary. Otherwise a standby without
/// a trip is an error, since it may lag behind.</param>
internal sealed class TripStore(Database database, StrongroomSchema schema, bool acceptsStandby = false) : ITripStore
{
    /// <summary>The maximum number of ids in one statement.</summary>
    private const int MaxIds = 200;

    // What other programs wrote cannot fill memory, a file or a log. Longer than any text written here.
    private const string Cut = ", 1, 2000)";

    private const string SelectUncleared =
        $"SELECT id, substr(service{Cut}, substr(instance{Cut}, substr(bundle{Cut}, substr(version{Cut}, cause, "
        + $"substr(detail{Cut}, at, substr(brought_service{Cut}, substr(brought_instance{Cut}, brought_at FROM trips "
        + "WHERE environment = @environment AND namespace = @namespace "
        + "AND NOT EXISTS (SELECT 1 FROM trip_clearances WHERE trip_id = trips.id) ORDER BY at, id";

    private const string SelectUnclearedOfPrimary = $"{SelectUncleared}; SELECT pg_is_in_recovery()";

    private DatabaseDialect Dialect => database.Dialect;

    public async ValueTask RecordAsync(TripRecord trip, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(trip);
        await WriteAsync(
            connection =>
                connection.Command(
                    "INSERT INTO trips (id, environment, namespace, service, instance, bundle, version, cause, detail, at, "
                        + "brought_service, brought_instance, brought_at) "
                        + "VALUES (@id, @environment, @namespace, @service, @instance, @bundle, @version, @cause, @detail, "
                        + "@at, @by_service, @by_instance, @by_at) "
                        + "ON CONFLICT (id) DO NOTHING",
                    ("id", StoredValue.Id(Dialect, trip.Id)),
                    ("environment", StoredValue.Text(trip.Scope.Environment)),
                    ("namespace", StoredValue.Text(trip.Scope.Namespace)),
                    ("service", StoredValue.Text(trip.Service)),
                    ("instance", StoredValue.Text(trip.Instance)),
                    ("bundle", StoredValue.Text(trip.Bundle)),
                    ("version", StoredValue.Text(trip.Version)),
                    ("cause", (short)trip.Cause),
                    ("detail", StoredValue.Text(trip.Detail)),
                    ("at", StoredValue.Timestamp(Dialect, trip.At)),
                    ("by_service", trip.RestoredBy is { } by ? StoredValue.Text(by.Service) : null),
                    ("by_instance", trip.RestoredBy is { } one ? StoredValue.Text(one.Instance) : null),
                    ("by_at", trip.RestoredBy is { } then ? StoredValue.Timestamp(Dialect, then.At) : null)
                ),
            ct
        );
    }

    public async ValueTask<IReadOnlyList<TripRecord>> ListUnclearedAsync(TripScope scope, CancellationToken ct)
    {
        await schema.EnsureAsync(ct);
        return await database.UseAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    Dialect == DatabaseDialect.Sqlite || acceptsStandby ? SelectUncleared : SelectUnclearedOfPrimary,
                    ("environment", StoredValue.Text(scope.Environment)),
                    ("namespace", StoredValue.Text(scope.Namespace))
                );
                await using var reader = await command.ExecuteReaderAsync(token);
                var trips = new List<TripRecord>();
                while (await reader.ReadAsync(token))
                    trips.Add(Read(scope, reader));
                if (
                    trips.Count == 0
                    && await reader.NextResultAsync(token)
                    && await reader.ReadAsync(token)
                    && reader.GetBoolean(0)
                )
                {
                    throw new SecretUnavailableException(
                        SecretErrorCode.Unreachable,
                        $"{database.Location}: this is a read-only standby, which may lack the newest trips. Point "
                            + "DATABASE_HOST to the primary."
                    );
                }
                return trips;
            },
            ct
        );
    }

    public async ValueTask<IReadOnlyList<TripClearance>> ReadClearancesAsync(
        IReadOnlyCollection<Guid> trips,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(trips);
        await schema.EnsureAsync(ct);
        return await database.UseAsync(
            async (connection, token) =>
            {
                var clearances = new List<TripClearance>();
                foreach (var some in trips.Chunk(MaxIds))
                {
                    await using var command = connection.Command(
                        $"SELECT trip_id, substr(operator{Cut}, substr(reason{Cut}, at FROM trip_clearances WHERE trip_id IN "
                            + $"({string.Join(", ", some.Index().Select(id => $"@id{id.Index}"))})",
                        [.. some.Index().Select(id => ($"id{id.Index}", (object?)StoredValue.Id(Dialect, id.Item)))]
                    );
                    await using var reader = await command.ExecuteReaderAsync(token);
                    while (await reader.ReadAsync(token))
                        clearances.Add(
                            new TripClearance(
                                StoredValue.ReadId(Dialect, reader, 0),
                                reader.GetString(1),
                                reader.GetString(2),
                                StoredValue.ReadTimestamp(Dialect, reader, 3)
                            )
                        );
                }
                return clearances;
            },
            ct
        );
    }

    public async ValueTask<bool> ClearAsync(TripClearance clearance, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(clearance);
        return await WriteAsync(
                connection =>
                    connection.Command(
                        // From trips, so that a clearance of an unknown trip is no row at all.
                        "INSERT INTO trip_clearances (trip_id, operator, reason, at) "
                            + "SELECT id, @operator, @reason, @at FROM trips WHERE id = @id ON CONFLICT (trip_id) DO NOTHING",
                        ("id", StoredValue.Id(Dialect, clearance.TripId)),
                        ("operator", StoredValue.Text(clearance.Operator)),
                        ("reason", StoredValue.Text(clearance.Reason)),
                        ("at", StoredValue.Timestamp(Dialect, clearance.At))
                    ),
                ct
            ) == 1;
    }

    private TripRecord Read(TripScope scope, DbDataReader reader) =>
        new(
            StoredValue.ReadId(Dialect, reader, 0),
            scope,
            reader.GetString(1),
            reader.GetString(2),
            reader.GetString(3),
            reader.GetString(4),
            (TripCause)reader.GetInt16(5),
            reader.GetString(6),
            StoredValue.ReadTimestamp(Dialect, reader, 7)
        )
        {
            RestoredBy = reader.IsDBNull(8)
                ? null
                : new TripRestorer(reader.GetString(8), reader.GetString(9), StoredValue.ReadTimestamp(Dialect, reader, 10)),
        };

    private async Task<int> WriteAsync(Func<DbConnection, DbCommand> statement, CancellationToken ct)
    {
        await schema.EnsureAsync(ct);
        try
        {
            return await database.UseAsync(
                async (connection, token) =>
                {
                    await using var command = statement(connection);
                    return await command.ExecuteNonQueryAsync(token);
                },
                ct
            );
        }
        catch (DbException e)
        {
            throw new SecretWriteException(
                SecretErrorCode.WriteFailed,
                $"{database.Location}: the trip was rejected (SQL state {e.SqlState ?? "unknown"}). Check the database log."
            );
        }
    }
}
